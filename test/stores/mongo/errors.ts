// What the driver throws, in the service's own words.
import { MongoBulkWriteError, MongoNetworkError, MongoServerError } from 'mongodb'
import t from 'tap'
import { ServiceError } from '../../../src/errors.js'
import { isLoss, outcomesOf, takenBy, toServiceError } from '../../../src/stores/mongo/errors.js'

const duplicate = (index: string, before = ''): string => `${before}E11000 duplicate key error collection: db.users index: ${index} dup key: { email: "index: username_unique " }`

t.test('A duplicate key is named by the index that refused it, not by what a stranger wrote', async t => {
  const table = { _id_: 'exists', email_unique: 'email_taken', username_unique: 'username_taken', person_id_unique: 'person_id_taken', other: null }
  for (const [index, taken] of Object.entries(table)) t.equal(takenBy({ code: 11000, message: duplicate(index) }), taken)
  t.equal(takenBy({ code: 11000, message: duplicate('email_unique', 'Plan executor error during update :: caused by :: ') }), 'email_taken')
  t.equal(takenBy({ code: 11000, message: 'no more is said' }), null)
  t.equal(takenBy({ code: 1, message: duplicate('email_unique') }), null)
})

t.test('Errors become the service\'s own, with their cause', async t => {
  const kinds: Array<[unknown, string]> = [
    [new MongoServerError({ code: 11000, message: duplicate('email_unique') }), 'email_taken'],
    [new MongoServerError({ code: 11000, message: duplicate('_id_') }), 'internal'],
    [new MongoServerError({ code: 11000, message: duplicate('other') }), 'internal'],
    [new MongoServerError({ code: 10107, message: 'not primary' }), 'store_unavailable'],
    [new MongoServerError({ code: 50, message: 'operation exceeded time limit' }), 'store_unavailable'],
    [new MongoNetworkError('connection closed'), 'store_unavailable'],
    [Object.assign(new Error('querySrv ENOTFOUND'), { syscall: 'querySrv' }), 'store_unavailable']
  ]
  for (const [error, kind] of kinds) t.match(toServiceError(error), { kind, cause: error })
  const own = new ServiceError('last_admin')
  t.equal(toServiceError(own), own)
  const fault = new TypeError('a fault of ours')
  t.equal(toServiceError(fault), fault)
  t.equal(isLoss(new MongoNetworkError('gone')), true)
  t.equal(isLoss(new MongoServerError({ code: 50, message: 'slow' })), false)
})

t.test('A bulk insert that failed in part tells each row; what is not about names is thrown', async t => {
  type Result = ConstructorParameters<typeof MongoBulkWriteError>[1]
  const result = (concern?: object): Result => ({ getWriteConcernError: () => concern }) as unknown as Result
  const bulk = (writeErrors: unknown, concern?: object): Error => new MongoBulkWriteError({ message: 'bulk', code: 11000, writeErrors } as unknown as ConstructorParameters<typeof MongoBulkWriteError>[0], result(concern))
  const refused = { index: 1, code: 11000, errmsg: duplicate('email_unique') }
  t.same(outcomesOf(bulk([refused]), 3), ['inserted', 'email_taken', 'inserted'])
  t.same(outcomesOf(bulk(refused), 2), ['inserted', 'email_taken'])
  for (const error of [bulk([refused], {}), bulk([{ index: 0, code: 91, errmsg: 'shutdown' }]), new Error('other')]) t.throws(() => outcomesOf(error, 2), error)
})
