// The OpenAPI document, generated from the routes' schemas, and the page that shows it.
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { type FastifyInstance, type FastifySchema, type RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import { catalogue, type ErrorName } from '../src/errors.js'
import { about } from '../src/about.js'
import { PersonBody, PersonPage, PersonPatchBody, PersonView } from '../src/schemas/person.js'
import { Problem } from '../src/schemas/problem.js'
import { SessionList, SessionView } from '../src/schemas/session.js'
import { Refresh, SignedIn, Tokens } from '../src/schemas/tokens.js'
import { Login, PasswordChange, PasswordProof, ProfilePatch, Registration, UserView } from '../src/schemas/user.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The refusals that are this operation's own; those that follow from its schema are added in the document. */
    refuses?: readonly ErrorName[]
  }
}

const shared = [Problem, UserView, Registration, Login, ProfilePatch, PasswordChange, PasswordProof, SignedIn, Tokens, Refresh, SessionView, SessionList, PersonView, PersonPage, PersonBody, PersonPatchBody]

/** Every refusal the operation can give: its own and those that follow from what it takes. */
export function refusalsOf (schema: FastifySchema, own: readonly ErrorName[] = []): ErrorName[] {
  const refusals = new Set<ErrorName>(own)
  if (schema.body !== undefined) for (const kind of ['validation_failed', 'malformed_body', 'body_too_large', 'unsupported_media_type'] as const) refusals.add(kind)
  if (schema.querystring !== undefined || schema.params !== undefined) refusals.add('validation_failed')
  if (schema.security !== undefined && schema.security.length > 0) for (const kind of ['unauthorized', 'invalid_token'] as const) refusals.add(kind)
  for (const kind of ['internal', 'store_unavailable'] as const) refusals.add(kind)
  return [...refusals]
}

/** The page's own policy: everything from here; the one inline style that Swagger UI brings is named by its hash. */
const docsPolicy = {
  'default-src': "'none'",
  'base-uri': "'none'",
  'connect-src': "'self'",
  'font-src': "'self' data:",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
  'img-src': "'self' data:",
  'script-src': "'self'",
  'style-src': "'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='"
}

const headersOf: Partial<Record<number, object>> = {
  401: { 'WWW-Authenticate': { description: 'RFC 6750 §3', schema: { type: 'string' } } },
  429: { 'Retry-After': { description: 'Seconds', schema: { type: 'integer', minimum: 1 } } },
  503: { 'Retry-After': { description: 'Seconds', schema: { type: 'integer', minimum: 1 } } }
}

function describeRefusals (kinds: readonly ErrorName[]): Record<number, object> {
  const responses: Record<number, object> = {}
  for (const status of new Set(kinds.map((kind) => catalogue[kind].status))) {
    const own = kinds.filter((kind) => catalogue[kind].status === status)
    const codes = [...new Set(own.map((kind) => codeOf(kind)))]
    const examples = Object.fromEntries(own.map((kind) => [kind, { value: exampleOf(kind) }]))
    responses[status] = {
      description: `${catalogue[own[0] ?? 'internal'].title}: ${codes.map((code) => `\`${code}\``).join(', ')}`,
      ...(headersOf[status] !== undefined && { headers: headersOf[status] }),
      content: { 'application/problem+json': { schema: { allOf: [{ $ref: 'Problem#' }, { type: 'object', properties: { code: { type: 'string', enum: codes } } }] }, examples } }
    }
  }
  return responses
}

function codeOf (kind: ErrorName): string {
  const entry = catalogue[kind]
  return 'code' in entry ? entry.code : kind
}

function exampleOf (kind: ErrorName): object {
  const { status, title, detail } = catalogue[kind]
  return { type: 'about:blank', title, status, detail, code: codeOf(kind), requestId: '019350a4-5c1e-7b6a-9c4f-2f1d6c1a7e02' }
}

/** Adds to the document what every route would else have to repeat: its refusals. The route's own schema stays as it is. */
function transform ({ schema, url, route }: { schema: FastifySchema, url: string, route: RouteOptions }) {
  if (schema === undefined || schema.hide === true) return { schema: { ...schema, hide: true }, url }
  const response = { ...schema.response as Record<string, unknown>, ...describeRefusals(refusalsOf(schema, route.config?.refuses)) }
  return { schema: { ...schema, response }, url }
}

export default fp(async function openapi (app: FastifyInstance) {
  for (const schema of shared) app.addSchema(schema)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Gatehouse',
        version: about.version,
        description: 'Accounts and tokens for an app. Errors are RFC 9457 problem details; `code` is what clients switch on.',
        license: { name: 'MIT', identifier: 'MIT' }
      },
      servers: [{ url: '/', description: 'This service' }],
      tags: [
        { name: 'Accounts', description: 'Register, log in, refresh, log out' },
        { name: 'Profile', description: 'The account of the token' },
        { name: 'Sessions', description: 'Where the account is logged in' },
        { name: 'Persons', description: 'The protected list' },
        { name: 'Discovery', description: 'Keys and documents for other programs' },
        { name: 'Operation', description: 'For who runs it' }
      ],
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The access token of POST /register, /login or /refresh' } } }
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, index) => typeof json.$id === 'string' ? json.$id : `schema-${index}` },
    transform: transform as never
  })
  if (!app.config.docs) return
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: { ...docsPolicy },
    uiConfig: { persistAuthorization: false, tryItOutEnabled: true, validatorUrl: null },
    theme: { title: 'Gatehouse API' }
  })
}, { name: 'openapi', dependencies: ['context'] })
