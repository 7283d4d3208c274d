// Rows of every kind on their way from one store to another.
import type { TransferKind, TransferRows } from '../../../src/stores/stores.js'
import { argonHash, later, sampleEntry, sampleKey, sampleMail, samplePerson, sampleSession, sampleToken, sampleUser, start } from './samples.js'
import { refusalOf, type Contract } from './engine.js'

const by = <Row>(keyOf: (row: Row) => string) => (one: Row, other: Row): number => keyOf(one) < keyOf(other) ? -1 : 1

function sampleRows (): { [K in TransferKind]: Array<TransferRows[K]> } {
  const users = [sampleUser({ username: 'Ada', firstName: 'Ada', phone: '1', lastLoginAt: later(3), role: 'admin' }), sampleUser({ email: null, username: 'kiosk', disabled: true })]
    .map((user, index) => ({ ...user, passwordHash: index === 0 ? argonHash() : null, passwordVersion: 3 + index })).sort(by(({ id }) => id))
  return {
    signingKeys: [sampleKey(), sampleKey({ publicJwk: null, algorithm: 'HS256', retiresAt: later(9) })].sort(by(({ kid }) => kid)),
    users,
    roleChanges: users.slice(0, 1).map(({ id }) => ({ userId: id, at: later(5) })),
    sessions: [sampleSession({ counter: 7, rotatedAt: later(1) }), sampleSession({ endedAt: later(2), endReason: 'logout', ip: null })].sort(by(({ id }) => id)),
    oneTimeTokens: [sampleToken(), sampleToken({ email: null })].sort(by(({ hash }) => hash)),
    persons: [samplePerson({ age: 36, email: 'Ada@example.org', version: 4 }), samplePerson()].sort(by(({ id }) => id)),
    audit: [sampleEntry({ detail: { to: 'admin', tries: 2, $odd: null } }), sampleEntry({ userId: 'x', ip: '::1' })].sort(by(({ id }) => id)),
    mails: [sampleMail({ attempts: 2 }), sampleMail()].sort(by(({ id }) => id)),
    counters: [{ key: 'a/1', value: 3, expiresAt: later(9) }, { key: 'b', value: 1, expiresAt: later(8) }]
  }
}

export const transferContract: Contract = async (t, { stores }) => {
  const { transfer } = stores
  const rows = sampleRows()
  const kinds = Object.keys(rows) as TransferKind[]

  async function put<K extends TransferKind> (kind: K): Promise<void> {
    await transfer.write(kind, rows[kind], null, null)
  }

  await t.test('What is written is read, in the order of the keys, and twice is once', async t => {
    for (const kind of [...kinds, ...kinds]) await put(kind)
    for (const kind of kinds) t.same(await transfer.read(kind, null, 10), rows[kind], kind)
    const [first, second] = rows.users
    t.same(await transfer.read('users', null, 1), [first])
    t.same(await transfer.read('users', first?.id ?? '', 5), [second])
    t.same(await transfer.read('counters', 'a/1', 5), rows.counters.slice(1))
    t.same(await transfer.read('roleChanges', first?.id ?? '', 5), [])
  })

  await t.test('Verbs find what was written; the feed tells ended sessions and changed roles, once', async t => {
    t.match(await stores.users.findCredentials({ username: 'ADA' }), { passwordVersion: rows.users.find(({ username }) => username === 'Ada')?.passwordVersion })
    const ended = rows.sessions.find(({ endedAt }) => endedAt !== null)
    const { revocations } = await stores.revocations.page(null, start, 10)
    t.same(revocations.filter(({ kind }) => kind === 'session'), [{ kind: 'session', sessionId: ended?.id, at: later(2) }])
    t.match(revocations.filter(({ kind }) => kind === 'role'), [{ userId: rows.roleChanges[0]?.userId, at: later(5) }])
  })

  await t.test('Writing replaces the range, and only it', async t => {
    const [first, second] = rows.users as [TransferRows['users'], TransferRows['users']]
    const changed = { ...second, lastName: 'Hall', email: null }
    await transfer.write('users', [changed], first.id, second.id)
    t.same(await transfer.read('users', null, 10), [first, changed])
    await transfer.write('counters', [], null, 'a/1')
    t.same(await transfer.read('counters', null, 10), rows.counters.slice(1))
    await transfer.write('roleChanges', [], null, null)
    t.same(await transfer.read('roleChanges', null, 10), [])
    t.equal(await refusalOf(transfer.write('users', [{ ...changed, username: 'other', email: 'taken@example.org' }, { ...changed, id: `${changed.id}x`, email: 'taken@example.org' }], first.id, null)), 'email_taken')
    await transfer.write('users', [], first.id, null)
    t.same(await transfer.read('users', null, 10), [first])
  })
}
