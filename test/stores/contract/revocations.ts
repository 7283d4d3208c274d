// The feed of the deny-list: every end of a session and every change of a role, told to every follower.
import { later, newUser, sampleSession, start } from './samples.js'
import { atOnce, type Contract, refusalOf } from './engine.js'
import type { Revocation, Stores } from '../../../src/stores/stores.js'

/** Goes on page by page until there is no more. */
async function follow ({ revocations }: Stores, from: string | null, notBefore = new Date(0), limit = 50): Promise<{ told: Revocation[], cursor: string, pages: number }> {
  const told: Revocation[] = []
  for (let cursor = from, pages = 1; ; pages += 1) {
    if (pages > 2000) throw new Error('Turning pages comes to no end.')
    const page = await revocations.page(cursor, notBefore, limit)
    told.push(...page.revocations)
    if (!page.more) return { told, cursor: page.cursor, pages }
    cursor = page.cursor
  }
}

const namesOf = (told: Revocation[]): string[] => [...new Set(told.map(row => row.kind === 'session' ? row.sessionId : `${row.userId} ${row.role}`))].sort()
/** Which of these are told. What came before may be told again beside them. */
const toldOf = (told: Revocation[], names: string[]): string[] => namesOf(told).filter(name => names.includes(name))

export const revocationsContract: Contract = async (t, { stores, another }) => {
  const { users, sessions } = stores
  const elsewhere = await another()

  await t.test('An empty feed has a cursor to go on from', async t => {
    const empty = await follow(stores, null, start)
    t.same(empty.told, [])
    const session = sampleSession()
    await sessions.insert(session)
    t.same((await follow(stores, empty.cursor)).told, [], 'a session that lives is not told')
    await sessions.end(session.id, 'logout', later(1))
    t.match((await follow(stores, empty.cursor)).told, [{ kind: 'session', sessionId: session.id, at: later(1) }])
  })

  await t.test('Every way to end a session is told, also to who looks from another connection', async t => {
    const { cursor } = await follow(elsewhere, null)
    const userId = 'ended-in-all-ways'
    const [one, all, trimmed] = [sampleSession(), sampleSession({ userId }), sampleSession({ userId: 'trimmed' })]
    for (const session of [one, all, trimmed]) await sessions.insert(session)
    await sessions.end(one.id, 'reuse', later(1))
    await sessions.endAll(userId, 'deleted', later(2))
    await sessions.trim('trimmed', 0, later(3))
    const mine = [one.id, all.id, trimmed.id].sort()
    for (const reader of [elsewhere, stores]) t.same(toldOf((await follow(reader, cursor)).told, mine), mine)
  })

  await t.test('A change of role is told with the new role; other changes are not', async t => {
    const { cursor } = await follow(elsewhere, null)
    const entry = newUser({ role: 'manager' })
    await users.insert(entry)
    await users.update(entry.user.id, { firstName: 'Same', role: 'manager' }, later(4))
    const mine = async () => (await follow(elsewhere, cursor)).told.filter(row => row.kind === 'role' && row.userId === entry.user.id)
    t.same(await mine(), [])
    await users.update(entry.user.id, { role: 'client' }, later(5))
    t.match(await mine(), [{ kind: 'role', userId: entry.user.id, role: 'client', at: later(5) }])
  })

  await t.test('The last change of a role is told with the latest time, whatever the clocks of those who made them', async t => {
    const entry = newUser()
    await users.insert(entry)
    const { cursor } = await follow(stores, null)
    await users.update(entry.user.id, { role: 'manager' }, later(90))
    await elsewhere.users.update(entry.user.id, { role: 'client' }, later(60))
    const last = (await follow(stores, cursor)).told.at(-1)
    t.match(last, { kind: 'role', userId: entry.user.id, role: 'client' })
    t.ok(Number(last?.at) > Number(later(90)), String(last?.at))
  })

  await t.test('What was refused or changed nothing is not told', async t => {
    const [entry, admin] = [newUser(), newUser({ role: 'admin' })]
    await users.insert(entry)
    await users.insert(admin)
    const { cursor } = await follow(stores, null)
    await sessions.end('nothing', 'logout', later(1))
    await users.update(entry.user.id, { role: 'client' }, later(1))
    await users.update(admin.user.id, { role: 'client' }, later(1)).catch(() => undefined)
    t.same(toldOf((await follow(stores, cursor)).told, ['nothing', `${entry.user.id} client`, `${admin.user.id} client`, `${admin.user.id} admin`]), [])
  })

  await t.test('A session is told with the time of its end, also when somebody would end it again', async t => {
    const session = sampleSession()
    await sessions.insert(session)
    const { cursor } = await follow(stores, null)
    await sessions.end(session.id, 'logout', later(1))
    t.notOk(await sessions.end(session.id, 'ended', later(2)))
    t.match((await follow(stores, cursor)).told.filter(row => row.kind === 'session' && row.sessionId === session.id), [{ at: later(1) }])
  })

  await t.test('Removing the account loses nothing of the feed', async t => {
    const entry = newUser()
    const session = sampleSession({ userId: entry.user.id })
    await users.insert(entry)
    await sessions.insert(session)
    const { cursor } = await follow(elsewhere, null)
    await sessions.endAll(entry.user.id, 'deleted', later(6))
    await users.remove(entry.user.id)
    t.same(toldOf((await follow(elsewhere, cursor)).told, [session.id]), [session.id])
    t.ok(namesOf((await follow(elsewhere, null, later(6))).told).includes(session.id))
  })

  await t.test('Without a cursor, all is told that is not older than asked for, and nothing that is much older', async t => {
    const [edge, young, brought] = [sampleSession(), sampleSession(), sampleSession({ endedAt: later(1), endReason: 'logout' })]
    for (const session of [edge, young]) await sessions.insert(session)
    await stores.transfer.write('sessions', [brought], brought.id, brought.id)
    const now = Date.now()
    await sessions.end(edge.id, 'logout', new Date(now))
    await sessions.end(young.id, 'logout', new Date(now + 1))
    t.same(toldOf((await follow(stores, null, new Date(now))).told, [edge.id, young.id, brought.id]), [edge.id, young.id].sort())
  })

  await t.test('With a cursor, a revocation counts by when it was recorded, not by its clock', async t => {
    const { cursor } = await follow(stores, null)
    const session = sampleSession()
    await sessions.insert(session)
    await sessions.end(session.id, 'logout', new Date(0))
    t.same(toldOf((await follow(stores, cursor, later(500_000))).told, [session.id]), [session.id])
  })

  await t.test('A follower who reads while 200 sessions end on two connections misses none', async t => {
    const { cursor: from } = await follow(stores, null)
    const mine = Array.from({ length: 200 }, () => sampleSession())
    await atOnce(200, async index => sessions.insert(mine[index] ?? sampleSession()))
    const told: Revocation[] = []
    let cursor = from
    let ending = true
    const reading = (async () => {
      while (ending) {
        const answer = await follow(stores, cursor, start, 20)
        told.push(...answer.told)
        cursor = answer.cursor
        await new Promise(resolve => setImmediate(resolve))
      }
    })()
    await atOnce(200, async index => (index % 2 === 0 ? sessions : elsewhere.sessions).end(mine[index]?.id ?? '', 'logout', later(index)))
    ending = false
    await reading
    told.push(...(await follow(stores, cursor)).told)
    const names = mine.map(session => session.id).sort()
    t.same(toldOf(told, names), names)
  })

  await t.test('Pages tell all, in the order of their recording, and go on from a short cursor', async t => {
    const { cursor } = await follow(stores, null)
    t.ok(cursor.length < 60)
    const entry = newUser({ role: 'manager' })
    await users.insert(entry)
    const mine = Array.from({ length: 10 }, () => sampleSession())
    for (const session of mine) await sessions.insert(session)
    for (const session of mine) await sessions.end(session.id, 'logout', later(1))
    await users.update(entry.user.id, { role: 'client' }, later(2))
    const { told, pages, cursor: next } = await follow(stores, cursor, start, 3)
    t.ok(pages >= 4)
    const own = new Set(mine.map(({ id }) => id))
    const order = told.flatMap((row) => row.kind === 'session' ? own.has(row.sessionId) ? [row.sessionId] : [] : row.userId === entry.user.id ? [row.role] : [])
    t.same(order, [...mine.map(({ id }) => id), 'client'])
    const again = await follow(stores, next)
    t.ok(namesOf(again.told).every(name => namesOf(told).includes(name) || !own.has(name)), 'told again for a while at most')
    t.ok(namesOf((await follow(stores, null)).told).length >= 11)
  })

  await t.test('Pages without a cursor leave out what is older; a cursor of another store is refused or starts over', async t => {
    const session = sampleSession()
    await sessions.insert(session)
    await sessions.end(session.id, 'logout', later(700_000))
    t.ok(namesOf((await follow(stores, null, later(700_000))).told).includes(session.id))
    for (const cursor of ['', 'x', '1 2', '9'.repeat(16), '-1']) t.equal(await refusalOf(stores.revocations.page(cursor, start, 3)), 'invalid_cursor', cursor)
  })
}
