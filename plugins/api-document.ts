// What the document says of an operation beyond its own schema: every refusal it can give, and the headers of its answers.
import type { FastifySchema, RouteOptions } from 'fastify'
import { catalogue, type ErrorName } from '../src/errors.js'
import { typeDetail } from './problems.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The refusals that are this operation's own; those that follow from its schema are added in the document. */
    refuses?: readonly ErrorName[]
    /** Headers that its good answers carry. */
    sends?: ReadonlyArray<keyof typeof sentHeaders>
  }
}

const sentHeaders = {
  etag: { type: 'string', description: 'The version, in quotes (RFC 9110 §8.8.3)', examples: ['"1"'] },
  location: { type: 'string', description: 'Where the new thing is', examples: ['/profile'] },
  'cache-control': { type: 'string', description: 'Whether and how long the answer may be kept', examples: ['no-store'] }
} as const

/** draft-ietf-httpapi-ratelimit-headers; with THROTTLE=off they are missing. */
const rateHeaders = {
  'ratelimit-policy': { type: 'string', description: 'The limit of an address here: `q` requests in `w` seconds', examples: ['"login";q=30;w=60'] },
  ratelimit: { type: 'string', description: 'What is left of it, and in how many seconds all of it (where nothing is left: the next request) is there again', examples: ['"login";r=29;t=2'] }
}

const retryAfter = { 'retry-after': { type: 'integer', minimum: 1, description: 'Seconds after which trying again makes sense', examples: [2] } }
const challenge = { type: 'string', description: 'Bare when no credentials came, with the reason when a token was refused (RFC 6750 §3)', examples: ['Bearer error="invalid_token", error_description="The access token is not valid here, or no longer."'] }
const bareChallenge = { type: 'string', description: 'Bare: it is no access token that was refused', examples: ['Bearer'] }
const refusalHeaders: Partial<Record<number, object>> = {
  401: { 'www-authenticate': challenge },
  429: { ...retryAfter, ...rateHeaders },
  503: retryAfter
}

const ofBodies = ['validation_failed', 'malformed_body', 'body_too_large', 'unsupported_media_type'] as const
const isPresent = (part: unknown): boolean => part !== undefined

/** Every refusal the operation can give: its own and those that follow from what it takes. */
function refusalsOf (schema: FastifySchema, method: unknown, own: readonly ErrorName[] = []): ErrorName[] {
  const refusals = new Set<ErrorName>(own)
  // A body that is not asked for is read all the same, so that the connection can go on.
  if (method !== 'GET') for (const kind of ofBodies) if (kind !== 'validation_failed' || isPresent(schema.body)) refusals.add(kind)
  if ([schema.querystring, schema.params, schema.headers].some(isPresent)) refusals.add('validation_failed')
  if (isPresent(schema.params)) refusals.add('uri_too_long')
  if (isPresent(schema.security)) for (const kind of ['unauthorized', 'invalid_token'] as const) refusals.add(kind)
  for (const kind of ['too_many_attempts', 'internal', 'busy', 'store_unavailable'] as const) refusals.add(kind)
  return [...refusals]
}

interface Refusal { description: string, headers?: object, content: object }

function describeRefusals (kinds: readonly ErrorName[], problem: string, consumes?: readonly string[]): Record<number, Refusal> {
  const responses: Record<number, Refusal> = {}
  for (const [status, title] of new Map(kinds.map((kind) => [catalogue[kind].status, catalogue[kind].title]))) {
    const own = kinds.filter((kind) => catalogue[kind].status === status)
    const codes = [...new Set(own.map(codeOf))]
    const headers = status === 401 && !own.includes('invalid_token') ? { 'www-authenticate': bareChallenge } : refusalHeaders[status]
    const examples = Object.fromEntries(own.map((kind) => [kind, { value: exampleOf(kind, consumes) }]))
    responses[status] = {
      description: `${title}: ${codes.map((code) => `\`${code}\``).join(', ')}`,
      ...(headers !== undefined && { headers }),
      content: { 'application/problem+json': { schema: { allOf: [{ $ref: problem }, { type: 'object', properties: { code: { type: 'string', enum: codes } } }] }, examples } }
    }
  }
  return responses
}

/** What any request may be told before its operation is reached, and the names of these answers in the document: they stand there once. */
const ofAnyRequest = { RequestTimeout: 'request_timeout', ExpectationFailed: 'expectation_failed', HeadersTooLarge: 'headers_too_large' } as const satisfies Record<string, ErrorName>

interface ApiDocument {
  paths: Record<string, Record<string, { tags?: string[], responses: Record<string, object> }>>
  components: Record<string, object>
}

/** The document with these answers at every operation of the main API. */
export function withCommonRefusals (document: ApiDocument): object {
  const common = Object.entries(ofAnyRequest).map(([name, kind]) => ({ name, status: String(catalogue[kind].status), kind }))
  const references = Object.fromEntries(common.map(({ name, status }) => [status, { $ref: `#/components/responses/${name}` }]))
  const responses = Object.fromEntries(common.map(({ name, status, kind }) => [name, describeRefusals([kind], '#/components/schemas/Problem')[Number(status)]]))
  for (const operation of Object.values(document.paths).flatMap((path) => Object.values(path))) {
    // Older apps are refused in words of their own (routes/dialects/describe.ts).
    if (operation.tags?.[0]?.startsWith('dialect: ') !== true) operation.responses = { ...operation.responses, ...references }
  }
  return { ...document, components: { ...document.components, responses } }
}

function codeOf (kind: ErrorName): string {
  const entry = catalogue[kind]
  return 'code' in entry ? entry.code : kind
}

function exampleOf (kind: ErrorName, consumes?: readonly string[]): object {
  const { status, title, detail: usual } = catalogue[kind]
  const detail = kind === 'unsupported_media_type' ? typeDetail(consumes) : usual
  return { type: 'about:blank', title, status, detail, code: codeOf(kind), requestId: '019350a4-5c1e-7b6a-9c4f-2f1d6c1a7e02' }
}

const words: Record<string, string> = { 200: 'OK', 201: 'Made', 204: 'Done', 304: 'The client has this version' }

function describeAnswers (responses: Record<string, object>, { sends = [], throttle }: RouteConfig = {}): Record<string, object> {
  const headers = { ...Object.fromEntries(sends.map((name) => [name, sentHeaders[name]])), ...(throttle !== undefined && rateHeaders) }
  return Object.fromEntries(Object.entries(responses).map(([status, schema]) => [status, { description: words[status], ...schema, ...(Object.keys(headers).length > 0 && { headers }) }]))
}

type RouteConfig = NonNullable<RouteOptions['config']>

/** Adds to the document what every route would else have to repeat. The route's own schema stays as it is. */
export function describeOperation ({ schema, url, route }: { schema: FastifySchema, url: string, route: RouteOptions }) {
  if (schema === undefined || schema.hide === true) return { schema: { ...schema, hide: true }, url }
  const response = {
    ...describeAnswers(schema.response as Record<string, object>, route.config),
    ...describeRefusals(refusalsOf(schema, route.method, route.config?.refuses), 'Problem#', schema.consumes)
  }
  return { schema: { ...schema, security: schema.security ?? [], response }, url }
}
