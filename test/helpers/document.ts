// Holds answers against the OpenAPI document: status, content type, headers and body must be what the operation says.
import { AssertionError } from 'node:assert'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { FastifyInstance } from 'fastify'
import { canonicalEmail } from '../../src/text.js'
import type { Ask, Reply } from './transports.js'

export interface Media { schema?: object, examples?: Record<string, { value: unknown }>, example?: unknown }
export interface DocumentedResponse { description: string, headers?: Record<string, { required?: boolean }>, content?: Record<string, Media> }
export interface Operation {
  operationId?: string, summary?: string, tags?: string[], security?: object[]
  parameters?: Array<{ name: string, in: string, schema: object }>
  requestBody?: { content: Record<string, Media> }
  responses: Record<string, DocumentedResponse>
}
export interface ApiDocument { openapi: string, paths: Record<string, Record<string, Operation>>, components: { schemas: Record<string, object>, responses?: Record<string, DocumentedResponse> } }

/** The document with every answer where it is given: those that many operations have in common stand there by reference. */
export function spelledOut (document: ApiDocument): ApiDocument {
  const whole = structuredClone(document)
  for (const { responses } of Object.values(whole.paths).flatMap((path) => Object.values(path))) {
    for (const [status, response] of Object.entries(responses)) {
      const name = (response as { $ref?: string }).$ref?.replace('#/components/responses/', '')
      if (name !== undefined) responses[status] = whole.components.responses?.[name] as DocumentedResponse
    }
  }
  return whole
}

/** Statuses that the server as a whole may give to any request, whatever the operation: the address or the head is wrong. */
const beforeAnyOperation = new Set([400, 404, 405, 408, 414, 431])
const everywhere = ['x-request-id', 'x-content-type-options', 'content-security-policy', 'x-frame-options', 'referrer-policy']
const problemType = 'application/problem+json; charset=utf-8'

export type Judge = (ask: Ask, reply: Reply) => void

/** By the text of the document: the apps of one process mostly have the same, and to compile its schemas costs more than to ask. */
const judges = new Map<string, Judge>()
/** By the configuration, which is all that an app's document depends on: to generate it costs more than to ask, too. */
const judgesOfApps = new Map<string, Judge>()

/** Throws an AssertionError that says what is wrong with an answer of this app. */
export function judgeOfApp (app: FastifyInstance): Judge {
  const { databaseUrl: _, dataDir: __, ...settings } = app.config
  const key = JSON.stringify(settings)
  const judge = judgesOfApps.get(key) ?? judgeOf(app.swagger() as unknown as ApiDocument)
  judgesOfApps.set(key, judge)
  return judge
}

/** Throws an AssertionError that says what is wrong with an answer. */
export function judgeOf (document: ApiDocument): Judge {
  const text = JSON.stringify(document)
  const judge = judges.get(text) ?? createJudge(spelledOut(document))
  judges.set(text, judge)
  return judge
}

function createJudge (document: ApiDocument): Judge {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv, ['date-time'])
  ajv.addFormat('email', (text: string) => canonicalEmail(text) === text)
  ajv.addFormat('password', true)
  ajv.addSchema(document, 'document')
  const compiled = new Map<string, ValidateFunction>()

  function validator (pointer: string): ValidateFunction {
    const known = compiled.get(pointer) ?? ajv.compile({ $ref: `document#${pointer}` })
    compiled.set(pointer, known)
    return known
  }

  function checkBody (pointer: string, text: string, fail: (sentence: string) => never): void {
    const validate = validator(pointer)
    const value: unknown = pointer.endsWith(`${escape('text/plain')}/schema`) ? text : JSON.parse(text)
    if (!validate(value)) fail(`body is not as documented: ${ajv.errorsText(validate.errors)}: ${text}`)
  }

  function checkOperation (path: string, method: string, operation: Operation, reply: Reply, isHead: boolean, fail: (sentence: string) => never): void {
    const documented = operation.responses[reply.status]
    if (documented === undefined) fail('status is not documented')
    const isSecret = /"(accessToken|refreshToken|emailVerified)":/.test(reply.text)
    if (isSecret && reply.headers['cache-control'] !== 'no-store') fail('tokens or a profile without no-store')
    for (const [name, { required }] of Object.entries(documented.headers ?? {})) {
      if (required === true && reply.headers[name.toLowerCase()] === undefined) fail(`header ${name} is documented and missing`)
    }
    if (documented.content === undefined) {
      if (reply.text !== '') fail(`has a body, and none is documented: ${reply.text}`)
      return
    }
    const type = String(reply.headers['content-type']).split(';')[0] ?? ''
    if (documented.content[type] === undefined) fail(`content type ${type} is not documented`)
    if (!isHead) checkBody(`/paths/${escape(path)}/${method}/responses/${reply.status}/content/${escape(type)}/schema`, reply.text, fail)
  }

  return function judge (ask, reply) {
    const method = ask.method.toLowerCase() === 'head' ? 'get' : ask.method.toLowerCase()
    function fail (sentence: string): never {
      throw new AssertionError({ message: `${ask.method} ${ask.url.slice(0, 200)} → ${reply.status}: ${sentence}` })
    }
    checkHeaders(reply, fail)
    if (reply.status >= 500 && reply.status !== 503) fail(`no answer may be this: ${reply.text}`)
    const path = pathOf(document, ask.url)
    const operation = path === undefined ? undefined : document.paths[path]?.[method]
    if (reply.status >= 400) checkProblem(reply, ask.method === 'HEAD', fail)
    if (path !== undefined && operation !== undefined) checkOperation(path, method, operation, reply, ask.method === 'HEAD', fail)
    else if (reply.status >= 400 && !beforeAnyOperation.has(reply.status)) fail('not the answer to an unknown address or method')
    else if (reply.status >= 400 && ask.method !== 'HEAD') checkBody('/components/schemas/Problem', reply.text, fail)
  }
}

function checkHeaders (reply: Reply, fail: (sentence: string) => never): void {
  const { headers, status } = reply
  for (const name of everywhere) if (headers[name] === undefined) fail(`header ${name} is missing`)
  for (const name of ['server', 'x-powered-by']) if (headers[name] !== undefined) fail(`header ${name} tells too much`)
  if (status === 401 && !String(headers['www-authenticate']).startsWith('Bearer')) fail('401 without WWW-Authenticate')
  if ((status === 429 || status === 503) && !/^[1-9]\d*$/.test(String(headers['retry-after']))) fail('no Retry-After')
  if (status === 405 && headers.allow === undefined) fail('405 without Allow')
  if (/argon2|"passwordHash":|\$2[aby]\$/.test(reply.text)) fail('tells a hash')
}

function checkProblem (reply: Reply, isHead: boolean, fail: (sentence: string) => never): void {
  if (reply.headers['content-type'] !== problemType) fail(`content type ${String(reply.headers['content-type'])} for a refusal: ${reply.text}`)
  if (isHead) return
  const { status, requestId } = JSON.parse(reply.text) as { status: unknown, requestId: unknown }
  if (status !== reply.status) fail(`the problem says ${String(status)}`)
  if (requestId !== reply.headers['x-request-id']) fail('requestId and x-request-id differ')
  if (/ at .+:\d+:\d+|node_modules/.test(reply.text)) fail(`tells a stack: ${reply.text}`)
}

const escape = (text: string): string => encodeURIComponent(text.replaceAll('~', '~0').replaceAll('/', '~1'))

/** The path of the document that the URL belongs to; a literal one before one with parameters. */
function pathOf (document: ApiDocument, url: string): string | undefined {
  const path = url.replace(/[?#].*$/s, '')
  if (document.paths[path] !== undefined) return path
  return Object.keys(document.paths).find((known) => known.includes('{') && new RegExp(`^${known.replaceAll('.', '\\.').replace(/\{[^}]+\}/g, '[^/]+')}$`).test(path))
}
