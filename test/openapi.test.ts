// The document: in step with the code, sound by a public validator, and complete.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { parse } from 'yaml'
import { catalogue } from '../src/errors.js'
import { writeYaml } from '../src/yaml.js'
import { createTestApp } from './helpers/app.js'
import { type ApiDocument, type Media, type Operation, spelledOut } from './helpers/document.js'

const root = fileURLToPath(new URL('..', import.meta.url))
// As by default: a limit that is on is in the document. And with what is there only where it is asked for.
const { app, client } = await createTestApp(t, { config: { throttle: true }, environment: { METRICS_TOKEN: 'x'.repeat(32) } })
const document = JSON.parse(JSON.stringify(app.swagger())) as ApiDocument
const operations = Object.entries(spelledOut(document).paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, method, path, operation })))

t.test('openapi.yaml in the repository is what the code generates (npm run openapi)', async (t) => {
  t.equal(readFileSync(`${root}/openapi.yaml`, 'utf8'), writeYaml(app.swagger()))
})

t.test('/openapi.json and /openapi.yaml tell the same document', async (t) => {
  t.same((await client.get('/openapi.json')).body, document)
  const yaml = await client.get('/openapi.yaml')
  t.equal(yaml.headers['content-type'], 'application/yaml; charset=utf-8')
  t.same(parse(yaml.text), document)
})

t.test('readers of YAML 1.1 find the same in it: no text becomes a time or a truth value', async (t) => {
  const { text } = await client.get('/openapi.yaml')
  t.same(parse(text, { version: '1.1' }), document)
  // Looked for by themselves: within tap the library reads no times.
  t.notMatch(text, /^ *(?:- |[\w-]+: )\d{4}-\d\d-\d\d/m)
  t.match(text, /^ *- "\d{4}-\d\d-\d\dT/m, 'the control: there are some')
})

t.test('it passes Redocly\'s recommended rules', async (t) => {
  const cli = fileURLToPath(import.meta.resolve('@redocly/cli/package.json')).replace('package.json', 'bin/cli.js')
  await t.resolves(promisify(execFile)(process.execPath, [cli, 'lint', 'openapi.yaml'], { cwd: root, env: { PATH: process.env.PATH, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' } }))
})

t.test('no rule is switched off without a reason beside it', async (t) => {
  const lines = readFileSync(`${root}/redocly.yaml`, 'utf8').split('\n')
  for (const [index, line] of lines.entries()) if (/: off\b/.test(line)) t.match(lines[index - 1], /^ *# .{20,}/, line)
})

t.test('every operation has a name of its own, a summary, a known tag and an example', async (t) => {
  const tags = (app.swagger().tags ?? []).map(({ name }) => name)
  t.equal(new Set(operations.map(({ operation }) => operation.operationId)).size, operations.length)
  for (const { name, operation } of operations) {
    t.match(operation.operationId, /^[a-z][A-Za-z]+$/, name)
    t.match(operation.summary, /^[A-Z].{5,}/, name)
    t.ok(operation.tags?.length === 1 && tags.includes(operation.tags[0] ?? ''), name)
    t.match(JSON.stringify(operation), /"examples?":/, name)
  }
})

t.test('what is guarded says so, and gives 401; what is not says that', async (t) => {
  for (const { name, path, method, operation } of operations) {
    const { statusCode } = await app.inject({ method: method as 'get', url: path.replace(/\{.+?\}/g, '019350a4-5c1e-7b6a-9c4f-2f1d6c1a7e02') })
    const guarded = statusCode === 401
    t.same(operation.security, guarded ? [{ bearer: [] }] : [], name)
    if (guarded) t.match(operation.responses['401']?.description, /`unauthorized`, `invalid_token`/, name)
  }
})

t.test('every operation says how it refuses: codes, headers, examples that are as they would come', async (t) => {
  for (const { name, operation } of operations) {
    for (const status of ['408', '417', '429', '431', '500', '503']) t.ok(operation.responses[status], `${name} ${status}`)
    if (operation.parameters !== undefined) t.ok(operation.responses['400'], `${name} 400`)
    if (operation.requestBody !== undefined) for (const status of ['400', '413', '415']) t.ok(operation.responses[status], `${name} ${status}`)
    for (const [status, response] of Object.entries(operation.responses)) {
      if (Number(status) < 400) continue
      const media = response.content?.['application/problem+json'] as Media
      t.match(response.description, /`[a-z_]+`/, `${name} ${status}`)
      for (const { value } of Object.values(media.examples ?? {})) t.match(value, { status: Number(status), type: 'about:blank' }, `${name} ${status}`)
      t.ok(Object.keys(media.examples ?? {}).length > 0, `${name} ${status} has examples`)
      const header = { 401: 'www-authenticate', 429: 'retry-after', 503: 'retry-after' }[Number(status)]
      if (header !== undefined) t.ok(response.headers?.[header], `${name} ${status} ${header}`)
    }
  }
})

t.test('every code there is stands at an operation, or in the introduction as one that no operation gives', async (t) => {
  const atOperations = new Set(operations.flatMap(({ operation }) => Object.values(operation.responses).flatMap(({ description }) => description.match(/(?<=`)[a-z_]+(?=`)/g) ?? [])))
  const outside = ['malformed_request', 'host_missing', 'method_not_allowed']
  const codes = new Set(Object.entries(catalogue).map(([kind, entry]) => 'code' in entry ? entry.code : kind))
  t.same([...codes].filter((code) => !atOperations.has(code)).sort(), outside.toSorted())
  const introduction = app.swagger().info?.description ?? ''
  for (const code of outside) t.match(introduction, `\`${code}\` (${catalogue[code as keyof typeof catalogue].status}`)
})

t.test('operations of older servers refuse in words of their own, and so say nothing of those', async (t) => {
  const { app } = await createTestApp(t, { environment: { DIALECTS: 'slatepeak' } })
  const { paths } = app.swagger() as unknown as ApiDocument
  t.same(Object.keys(paths['/api/register']?.post?.responses ?? {}).filter((status) => ['408', '417', '431'].includes(status)), [])
  t.match(paths['/login']?.post?.responses['431'], { $ref: '#/components/responses/HeadersTooLarge' })
})

t.test('the challenge of a 401 is the one that comes', async (t) => {
  for (const { name, operation } of operations) {
    const { '401': refusal } = operation.responses
    const example = (refusal?.headers?.['www-authenticate'] as { schema: { examples: string[] } } | undefined)?.schema.examples[0]
    if (refusal !== undefined) t.equal(example?.startsWith('Bearer error='), refusal.description.includes('`invalid_token`'), name)
  }
  const { headers } = await client.post('/login', { json: { email: 'nobody@example.com', password: 'wrong password' } })
  const [example] = (document.paths['/login']?.post?.responses['401']?.headers?.['www-authenticate'] as unknown as { schema: { examples: string[] } }).schema.examples
  t.equal(example, headers['www-authenticate'])
})

t.test('register and log-in document both content types', async (t) => {
  for (const path of ['/register', '/login']) t.same(Object.keys(document.paths[path]?.post?.requestBody?.content ?? {}), ['application/json', 'application/x-www-form-urlencoded'], path)
})

t.test('every schema of an answer is a closed object: it lets nothing else out', async (t) => {
  for (const { name, operation } of operations) {
    for (const [status, response] of Object.entries(operation.responses)) {
      if (Number(status) >= 400) continue
      for (const { schema } of Object.values(response.content ?? {})) closed(schema as Schema, `${name} ${status}`)
    }
  }

  function closed (schema: Schema, where: string): void {
    if (schema.$ref !== undefined) return closed(document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] as Schema, `${where} ${schema.$ref}`)
    if ([schema.type].flat().includes('array')) return closed(schema.items ?? {}, `${where}[]`)
    if (![schema.type].flat().includes('object')) {
      t.ok(schema.type !== undefined || schema.const !== undefined || schema.enum !== undefined, `${where} is of a known type`)
      return
    }
    // A map is closed when nothing but plain values may be in it.
    if (schema.properties === undefined) t.match(schema.additionalProperties, { type: ['string', 'number', 'boolean', 'null'] }, where)
    else t.equal(schema.additionalProperties, false, where)
    for (const [name, part] of Object.entries(schema.properties ?? {})) closed(part, `${where}.${name}`)
  }
})

interface Schema { $ref?: string, type?: string | string[], items?: Schema, additionalProperties?: unknown, properties?: Record<string, Schema>, const?: unknown, enum?: unknown }

t.test('the documented headers are those that come', async (t) => {
  const expected: Record<string, Record<string, string[]>> = {
    'POST /register': { 201: ['location', 'cache-control'] }, 'POST /login': { 200: ['cache-control'] }, 'POST /refresh': { 200: ['cache-control'] },
    'GET /persons/{id}': { 200: ['etag'], 304: ['etag'] }, 'POST /persons': { 201: ['etag', 'location'] }, 'PUT /persons/{id}': { 200: ['etag'] }, 'PATCH /persons/{id}': { 200: ['etag'] }, 'GET /profile': { 200: ['cache-control'] }
  }
  for (const [name, statuses] of Object.entries(expected)) {
    const { operation } = operations.find((one) => one.name === name) as { operation: Operation }
    for (const [status, headers] of Object.entries(statuses)) t.has(operation.responses[status]?.headers, Object.fromEntries(headers.map((header) => [header, {}])), `${name} ${status}`)
  }
})

t.test('with DOCS=off there is no page and no document', async (t) => {
  const { client } = await createTestApp(t, { environment: { DOCS: 'off' } })
  for (const url of ['/docs', '/docs/', '/docs/json', '/openapi.json', '/openapi.yaml']) t.match(await client.get(url), { status: 404, code: 'not_found' }, url)
})

t.test('with DOCS=on the page is there, under a policy of its own', async (t) => {
  const answer = await client.get('/docs/')
  t.match(answer, { status: 200, headers: { 'content-type': /^text\/html/, 'content-security-policy': /script-src 'self'/ } })
  t.notMatch(answer.headers['content-security-policy'], /unsafe/)
  t.match(await client.get('/docs'), { status: 200, headers: { 'content-type': /^text\/html/ } })
})

t.test('the page\'s parts are there like every answer: with our headers, kept by their tag, and what is none of them is a problem', async (t) => {
  const script = await client.get('/docs/static/swagger-ui.css')
  t.match(script, { status: 200, headers: { 'content-type': /^text\/css/, 'x-request-id': /./, 'x-content-type-options': 'nosniff', 'content-length': /^\d{5,}$/ } })
  t.match(await client.get('/docs/static/swagger-ui.css', { headers: { 'if-none-match': String(script.headers.etag) } }), { status: 304 })
  t.same(await client.get('/docs/json').then(({ body }) => body), JSON.parse(JSON.stringify(app.swagger())))
  t.match(await client.get('/docs/none'), { status: 404, code: 'not_found' })
  t.match(await client.post('/docs/'), { status: 405, headers: { allow: 'GET, HEAD' } })
})
