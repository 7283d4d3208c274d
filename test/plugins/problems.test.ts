// Every refusal and every fault, as a problem: the catalogue, the framework's own errors, and faults of ours that must tell nothing.
import t from 'tap'
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import problems, { asServiceError } from '../../plugins/problems.js'
import { catalogue, type ErrorName, isServiceError, ServiceError } from '../../src/errors.js'
import { createTestLog } from '../helpers/log.js'

const log = createTestLog()

/** A service whose one route throws what it is told to. */
async function appThatThrows (error: unknown): Promise<FastifyInstance> {
  const loggerInstance: FastifyBaseLogger = log.logger
  const app: FastifyInstance = Fastify({ loggerInstance, genReqId: () => 'the-id' })
  await app.register(problems)
  app.get('/', async () => { throw error })
  return app
}

t.test('every row of the catalogue answers as it says', async (t) => {
  for (const [kind, entry] of Object.entries(catalogue)) {
    const app = await appThatThrows(new ServiceError(kind as ErrorName, { cause: new Error('inner words') }))
    const answer = await app.inject('/')
    t.equal(answer.statusCode, entry.status, kind)
    t.equal(answer.headers['content-type'], 'application/problem+json; charset=utf-8')
    t.equal(answer.headers['cache-control'], 'no-store')
    t.same(answer.json(), { type: 'about:blank', title: entry.title, status: entry.status, detail: entry.detail, code: 'code' in entry ? entry.code : kind, requestId: 'the-id' }, kind)
    t.equal(answer.headers['www-authenticate'] !== undefined, entry.status === 401, kind)
    if (entry.status === 503) t.match(answer.headers['retry-after'], /^[1-9]/, kind)
  }
})

t.test('a refused token says why in the challenge, missing ones nothing', async (t) => {
  t.equal((await (await appThatThrows(new ServiceError('unauthorized'))).inject('/')).headers['www-authenticate'], 'Bearer')
  t.match((await (await appThatThrows(new ServiceError('invalid_token'))).inject('/')).headers['www-authenticate'], /^Bearer error="invalid_token", error_description="[^"]+"$/)
})

t.test('Retry-After is what the refusal says', async (t) => {
  t.equal((await (await appThatThrows(new ServiceError('too_many_attempts', { retryAfterSeconds: 17 }))).inject('/')).headers['retry-after'], '17')
})

t.test('a fault of ours is 500 and tells nothing; the log tells its message and causes', async (t) => {
  const faults = [new TypeError('x is not a function'), Object.assign(new Error('E11000 duplicate key'), { code: 11000, statusCode: 409 }), 'a thrown text', null, { statusCode: 404, message: 'not an error' }]
  for (const fault of faults) {
    const answer = await (await appThatThrows(fault)).inject('/')
    t.equal(answer.statusCode, 500, String(fault))
    t.same(Object.keys(answer.json()).sort(), ['code', 'detail', 'requestId', 'status', 'title', 'type'])
    t.notMatch(answer.body, /function|E11000|thrown|not an error|\.ts:/)
  }
  t.match(log.text(), /x is not a function/)
  t.match(log.text(), /E11000/)
})

t.test('a refusal of the client is no line of the error log', async (t) => {
  const before = log.lines().length
  await (await appThatThrows(new ServiceError('not_found'))).inject('/')
  t.equal(log.lines().slice(before).filter(({ level }) => level >= 50).length, 0)
})

t.test('errors of the framework are read by their code', async (t) => {
  const table: Array<[error: object, kind: ErrorName]> = [
    [{ code: 'FST_ERR_CTP_BODY_TOO_LARGE' }, 'body_too_large'], [{ code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE' }, 'unsupported_media_type'], [{ code: 'FST_ERR_CTP_INVALID_JSON_BODY' }, 'malformed_body'],
    [{ code: 'FST_ERR_CTP_INVALID_CONTENT_LENGTH' }, 'malformed_body'], [{ code: 'FST_ERR_BAD_URL' }, 'validation_failed'], [{ code: 'FST_ERR_MAX_PARAM_LENGTH' }, 'uri_too_long'],
    [Object.assign(new SyntaxError('x'), { statusCode: 400 }), 'malformed_body'], [new SyntaxError('x'), 'internal'], [{ code: 'ANOTHER' }, 'internal']
  ]
  for (const [error, kind] of table) t.ok(isServiceError(asServiceError(error), kind), kind)
  const own = new ServiceError('busy')
  t.equal(asServiceError(own), own)
  t.ok(isServiceError(own))
  t.notOk(isServiceError(own, 'internal'))
  t.notOk(isServiceError(new Error('busy')))
})

t.test('an unknown address is a problem', async (t) => {
  const answer = await (await appThatThrows(null)).inject('/nowhere')
  t.match({ status: answer.statusCode, body: answer.json() }, { status: 404, body: { code: 'not_found' } })
})
