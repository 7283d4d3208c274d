// The feed of the deny-list: every end of a session and every change of a role, told to every follower.
import { later, newUser, sampleSession, start } from './samples.js'
import { atOnce, type Contract, refusalOf } from './engine.js'
import type { Revocation, Stores } from '../../../src/stores/stores.js'

/** Follows the feed until a reading brings nothing. */
async function follow ({ revocations }: Stores, from: string | null, notBefore = new Date(0)): Promise<{ told: Revocation[], cursor: string }> {
  const told: Revocation[] = []
  for (let cursor = from; ;) {
    const answer = await revocations.since(cursor, notBefore)
    told.push(...answer.revocations)
    if (answer.revocations.length === 0) return { told, cursor: answer.cursor }
    if (answer.cursor === cursor) return { told, cursor }
    cursor = answer.cursor
  }
}

const namesOf = (told: Revocation[]): string[] => [...new Set(told.map(row => row.kind === 'session' ? row.sessionId : `${row.userId} ${row.role}`))].sort()

export const revocationsContract: Contract = async (t, { stores, another }) => {
  const { users, sessions } = stores
  const elsewhere = await another()

  await t.test('An empty feed has a cursor to go on from', async t => {
    const empty = await stores.revocations.since(null, start)
    t.same(empty.revocations, [])
    t.type(empty.cursor, 'string')
    const session = sampleSession()
    await sessions.insert(session)
    t.same((await follow(stores, empty.cursor)).told, [], 'a session that lives is not told')
    await sessions.end(session.id, 'logout', later(1))
    t.match((await stores.revocations.since(empty.cursor, start)).revocations, [{ kind: 'session', sessionId: session.id, at: later(1) }])
  })

  await t.test('Every way to end a session is told, also to who looks from another connection', async t => {
    const { cursor } = await follow(elsewhere, null)
    const userId = 'ended-in-all-ways'
    const [one, all, trimmed] = [sampleSession(), sampleSession({ userId }), sampleSession({ userId: 'trimmed' })]
    for (const session of [one, all, trimmed]) await sessions.insert(session)
    await sessions.end(one.id, 'reuse', later(1))
    await sessions.endAll(userId, 'deleted', later(2))
    await sessions.trim('trimmed', 0, later(3))
    const { told } = await follow(elsewhere, cursor)
    t.same(namesOf(told), [one.id, all.id, trimmed.id].sort())
    t.same(namesOf((await follow(stores, cursor)).told), namesOf(told))
  })

  await t.test('A change of role is told with the new role; other changes are not', async t => {
    const { cursor } = await follow(elsewhere, null)
    const entry = newUser({ role: 'manager' })
    await users.insert(entry)
    await users.update(entry.user.id, { firstName: 'Same', role: 'manager' }, later(4))
    t.same((await follow(elsewhere, cursor)).told, [])
    await users.update(entry.user.id, { role: 'client' }, later(5))
    t.match((await elsewhere.revocations.since(cursor, start)).revocations, [{ kind: 'role', userId: entry.user.id, role: 'client', at: later(5) }])
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
    const { cursor } = await follow(stores, null)
    const session = sampleSession({ endedAt: later(1), endReason: 'ended' })
    const admin = newUser({ role: 'admin' })
    await users.insert(admin)
    await follow(stores, cursor)
    const afterwards = (await follow(stores, cursor)).cursor
    await sessions.end('nothing', 'logout', later(1))
    await sessions.end(session.id, 'logout', later(1))
    await users.update(admin.user.id, { role: 'client' }, later(1)).catch(() => undefined)
    t.same((await follow(stores, afterwards)).told, [])
  })

  await t.test('Removing the account loses nothing of the feed', async t => {
    const entry = newUser()
    const session = sampleSession({ userId: entry.user.id })
    await users.insert(entry)
    await sessions.insert(session)
    const { cursor } = await follow(elsewhere, null)
    await sessions.endAll(entry.user.id, 'deleted', later(6))
    await users.remove(entry.user.id)
    t.same(namesOf((await follow(elsewhere, cursor)).told), [session.id])
    t.ok(namesOf((await follow(elsewhere, null, later(6))).told).includes(session.id))
  })

  await t.test('Without a cursor, what is older than asked for is left out', async t => {
    const [old, edge, young] = [sampleSession(), sampleSession(), sampleSession()]
    for (const session of [old, edge, young]) await sessions.insert(session)
    await sessions.end(old.id, 'logout', later(99_999))
    await sessions.end(edge.id, 'logout', later(100_000))
    await sessions.end(young.id, 'logout', later(100_001))
    t.same(namesOf((await follow(stores, null, later(100_000))).told), [edge.id, young.id].sort())
  })

  await t.test('With a cursor, a revocation counts by when it was recorded, not by its clock', async t => {
    const { cursor } = await follow(stores, null)
    const session = sampleSession()
    await sessions.insert(session)
    await sessions.end(session.id, 'logout', new Date(0))
    t.same(namesOf((await follow(stores, cursor, later(500_000))).told), [session.id])
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
        const answer = await stores.revocations.since(cursor, start)
        told.push(...answer.revocations)
        cursor = answer.cursor
        await new Promise(resolve => setImmediate(resolve))
      }
    })()
    await atOnce(200, async index => (index % 2 === 0 ? sessions : elsewhere.sessions).end(mine[index]?.id ?? '', 'logout', later(index)))
    ending = false
    await reading
    told.push(...(await follow(stores, cursor)).told)
    t.same(namesOf(told), mine.map(session => session.id).sort())
  })

  /** Goes on page by page until there is no more. */
  async function turnPages (from: string | null, notBefore = new Date(0), limit = 3): Promise<{ told: Revocation[], cursor: string, pages: number }> {
    const told: Revocation[] = []
    for (let cursor = from, pages = 1; ; pages += 1) {
      if (pages > 2000) throw new Error('Turning pages comes to no end.')
      const page = await stores.revocations.page(cursor, notBefore, limit)
      told.push(...page.revocations)
      if (!page.more) return { told, cursor: page.cursor, pages }
      cursor = page.cursor
    }
  }

  await t.test('Pages tell all, in the order of their recording, and go on from a short cursor', async t => {
    const { cursor } = await turnPages(null)
    t.ok(cursor.length < 60)
    const entry = newUser({ role: 'manager' })
    await users.insert(entry)
    const mine = Array.from({ length: 10 }, () => sampleSession())
    for (const session of mine) await sessions.insert(session)
    for (const session of mine) await sessions.end(session.id, 'logout', later(1))
    await users.update(entry.user.id, { role: 'client' }, later(2))
    const { told, pages, cursor: next } = await turnPages(cursor)
    t.ok(pages >= 4)
    const own = new Set(mine.map(({ id }) => id))
    const order = told.flatMap((row) => row.kind === 'session' ? own.has(row.sessionId) ? [row.sessionId] : [] : row.userId === entry.user.id ? [row.role] : [])
    t.same(order, [...mine.map(({ id }) => id), 'client'])
    const again = await turnPages(next)
    t.ok(namesOf(again.told).every(name => namesOf(told).includes(name) || !own.has(name)), 'told again for a while at most')
    t.ok(namesOf((await turnPages(null)).told).length >= 11)
  })

  await t.test('Pages without a cursor leave out what is older; a cursor of another store is refused or starts over', async t => {
    const session = sampleSession()
    await sessions.insert(session)
    await sessions.end(session.id, 'logout', later(700_000))
    t.ok(namesOf((await turnPages(null, later(700_000))).told).includes(session.id))
    for (const cursor of ['', 'x', '1 2', '9'.repeat(16), '-1']) t.equal(await refusalOf(stores.revocations.page(cursor, start, 3)), 'invalid_cursor', cursor)
  })

  await t.test('A reader of pages misses none of 100 that end on two connections meanwhile', async t => {
    const mine = Array.from({ length: 100 }, () => sampleSession())
    await atOnce(100, async index => sessions.insert(mine[index] ?? sampleSession()))
    const told: Revocation[] = []
    let { cursor } = await turnPages(null)
    let ending = true
    const reading = (async () => {
      while (ending) {
        const answer = await turnPages(cursor, start, 20)
        told.push(...answer.told)
        cursor = answer.cursor
        await new Promise(resolve => setImmediate(resolve))
      }
    })()
    await atOnce(100, async index => (index % 2 === 0 ? sessions : elsewhere.sessions).end(mine[index]?.id ?? '', 'logout', later(index)))
    ending = false
    await reading
    told.push(...(await turnPages(cursor)).told)
    const names = namesOf(told)
    t.same(mine.filter(({ id }) => !names.includes(id)), [])
  })
}
