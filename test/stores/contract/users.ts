// Accounts: adding, finding, changing and removing one.
import type { PasswordHash } from '../../../src/passwords/password-hash.js'
import { later, argonHash, bcryptHash, newUser, sampleUser, start } from './samples.js'
import { atOnce, present, refusalOf, type Contract } from './engine.js'

export const usersContract: Contract = async (t, { stores: { users }, another }) => {
  await t.test('An account comes back as it was put in, by id, e-mail and username', async t => {
    const full = sampleUser({
      username: 'Ada.Lovelace', firstName: 'Ada ß 😀', lastName: 'King', phone: '+44 20', role: 'manager', emailVerified: true, disabled: true, lastLoginAt: later(5), updatedAt: later(7)
    })
    const bare = sampleUser({ email: null, username: 'bare-one' })
    const passwordHash = argonHash()
    await users.insert({ user: full, passwordHash })
    await users.insert({ user: bare, passwordHash: null })
    t.same(await users.find({ id: full.id }), full)
    t.same(await users.find({ email: present(full.email) }), full)
    t.same(await users.find({ username: 'aDA.lOVELACE' }), full)
    t.same(await users.find({ username: 'bare-one' }), bare)
    t.same(await users.findCredentials({ id: full.id }), { user: full, passwordHash, passwordVersion: 1 })
    t.same(await users.findCredentials({ email: present(full.email) }), { user: full, passwordHash, passwordVersion: 1 })
    t.same(await users.findCredentials({ username: 'BARE-ONE' }), { user: bare, passwordHash: null, passwordVersion: 1 })
  })

  await t.test('Only findCredentials hands out a hash', async t => {
    const entry = newUser({ firstName: 'Hidden' })
    await users.insert(entry)
    const told = [await users.find({ id: entry.user.id }), await users.page({ q: 'hidden', after: null, limit: 5 }), await users.update(entry.user.id, {}, later(1))]
    t.notMatch(JSON.stringify(told), 'argon2id')
  })

  await t.test('Who is not there is null', async t => {
    for (const name of [{ id: 'nobody' }, { email: 'nobody@example.org' }, { username: 'nobody' }]) {
      t.equal(await users.find(name), null)
      t.equal(await users.findCredentials(name), null)
    }
    t.equal(await users.update('nobody', { role: 'admin' }, start), null)
    t.equal(await users.setPassword('nobody', argonHash(), start), false)
    t.equal(await users.renewHash('nobody', argonHash(), argonHash()), false)
    t.equal(await users.remove('nobody'), false)
    await users.noteLogin('nobody', start)
  })

  await t.test('Two accounts share neither e-mail nor username, whatever the case of the username', async t => {
    await users.insert(newUser({ email: 'one@example.org', username: 'One-User' }))
    t.equal(await refusalOf(users.insert(newUser({ email: 'one@example.org' }))), 'email_taken')
    t.equal(await refusalOf(users.insert(newUser({ username: 'one-USER' }))), 'username_taken')
    const other = newUser({ username: 'other-user' })
    await users.insert(other)
    t.equal(await refusalOf(users.update(other.user.id, { email: 'one@example.org' }, start)), 'email_taken')
    t.equal(await refusalOf(users.update(other.user.id, { username: 'ONE-user' }, start)), 'username_taken')
    t.same(await users.find({ id: other.user.id }), other.user, 'a refused change writes nothing')
  })

  await t.test('Many accounts may have no e-mail, and many no username', async t => {
    const entries = ['first', 'second', 'third'].map(username => newUser({ email: null, username }))
    for (const entry of entries) await users.insert(entry)
    await users.insert(newUser({ username: null }))
    await users.insert(newUser({ username: null }))
    t.same(await users.find({ username: 'third' }), entries[2]?.user)
  })

  await t.test('Of 50 inserts of one e-mail at once, over two connections, one wins', async t => {
    const second = await another()
    const outcomes = await atOnce(50, async index => refusalOf((index % 2 === 0 ? users : second.users).insert(newUser({ email: 'race@example.org' }))))
    t.equal(outcomes.filter(outcome => outcome === null).length, 1)
    t.equal(outcomes.filter(outcome => outcome === 'email_taken').length, 49)
  })

  await t.test('Of 50 accounts that take one username at once, one wins', async t => {
    const entries = Array.from({ length: 50 }, () => newUser())
    t.same([...new Set(await users.insertMany(entries))], ['inserted'])
    const outcomes = await atOnce(50, async index => refusalOf(users.update(present(entries[index]).user.id, { username: index % 2 === 0 ? 'Wanted' : 'wanted' }, start)))
    t.equal(outcomes.filter(outcome => outcome === null).length, 1)
    t.equal(outcomes.filter(outcome => outcome === 'username_taken').length, 49)
  })

  await t.test('insertMany says of each row what became of it', async t => {
    const there = newUser({ email: 'there@example.org', username: 'there' })
    await users.insert(there)
    const fresh = newUser({ email: 'fresh@example.org', username: 'fresh' })
    t.same(await users.insertMany([
      newUser({ email: 'there@example.org' }),
      fresh,
      there,
      newUser({ email: 'fresh@example.org' }),
      newUser({ username: 'FRESH' }),
      newUser({ email: null, username: 'last-one' })
    ]), ['email_taken', 'inserted', 'exists', 'email_taken', 'username_taken', 'inserted'])
    t.same(await users.find({ email: 'fresh@example.org' }), fresh.user)
    t.same(await users.insertMany([]), [])
  })

  await t.test('A change sets what it names, removes what it nulls and leaves the rest', async t => {
    const entry = newUser({ username: 'changing', firstName: 'Before', phone: '123' })
    await users.insert(entry)
    const changed = { ...entry.user, firstName: null, lastName: 'After', emailVerified: true, disabled: true, updatedAt: later(9) }
    t.same(await users.update(entry.user.id, { firstName: null, lastName: 'After', emailVerified: true, disabled: true }, later(9)), changed)
    t.same(await users.find({ id: entry.user.id }), changed)
    const renamed = { ...changed, email: 'renamed@example.org', username: 'CHANGING', updatedAt: later(10) }
    t.same(await users.update(entry.user.id, { email: 'renamed@example.org', username: 'CHANGING' }, later(10)), renamed)
    t.equal(await users.find({ email: present(entry.user.email) }), null)
    t.same(await users.find({ email: 'renamed@example.org' }), renamed)
    t.same(await users.update(entry.user.id, { email: null }, later(11)), { ...renamed, email: null, updatedAt: later(11) })
  })

  await t.test('A new password raises the version of the password; a renewed hash does not', async t => {
    const first = argonHash()
    const entry = newUser({}, first)
    await users.insert(entry)
    const [renewed, changed] = [argonHash(), argonHash()]
    t.equal(await users.renewHash(entry.user.id, renewed, changed), false, 'the hash is not that one')
    t.equal(await users.renewHash(entry.user.id, first, renewed), true)
    t.same(await users.findCredentials({ id: entry.user.id }), { user: entry.user, passwordHash: renewed, passwordVersion: 1 })
    t.equal(await users.setPassword(entry.user.id, changed, later(3)), true)
    t.same(await users.findCredentials({ id: entry.user.id }), { user: { ...entry.user, updatedAt: later(3) }, passwordHash: changed, passwordVersion: 2 })
    t.equal(await users.renewHash(entry.user.id, renewed, first), false)
    t.equal(await users.setPassword(entry.user.id, first, later(4), 1), false, 'another one was set meanwhile')
    t.match(await users.findCredentials({ id: entry.user.id }), { passwordHash: changed, passwordVersion: 2 })
    t.equal(await users.setPassword(entry.user.id, first, later(4), 2), true)
    t.match(await users.findCredentials({ id: entry.user.id }), { passwordHash: first, passwordVersion: 3 })
  })

  await t.test('A log-in is noted and is no change', async t => {
    const entry = newUser()
    await users.insert(entry)
    await users.noteLogin(entry.user.id, later(60))
    t.same(await users.find({ id: entry.user.id }), { ...entry.user, lastLoginAt: later(60) })
  })

  await t.test('A removed account is gone and its names are free', async t => {
    const entry = newUser({ username: 'leaving' })
    await users.insert(entry)
    t.same((await atOnce(50, () => users.remove(entry.user.id))).filter(removed => removed).length, 1)
    t.equal(await users.find({ id: entry.user.id }), null)
    await users.insert(newUser({ email: entry.user.email, username: 'Leaving' }))
  })

  await t.test('The highest costs follow the hashes that are there', async t => {
    const bcrypt = async (): Promise<number | null> => (await users.highestHashCosts()).bcryptCost
    t.equal(await bcrypt(), null)
    const [cheap, dear] = [newUser({}, bcryptHash(8)), newUser({}, bcryptHash(12))]
    await users.insertMany([cheap, dear, newUser({}, null)])
    t.equal(await bcrypt(), 12)
    await users.setPassword(dear.user.id, argonHash(), start)
    t.equal(await bcrypt(), 8)
    await users.renewHash(cheap.user.id, bcryptHash(8), argonHash())
    t.equal(await bcrypt(), null)
    await users.setPassword(cheap.user.id, bcryptHash(10), start)
    t.equal(await bcrypt(), 10)
    await users.remove(cheap.user.id)
    t.equal(await bcrypt(), null)

    const dearestArgon2 = async (): Promise<object | null> => (await users.highestHashCosts()).argon2
    const of = (parameters: string): PasswordHash => argonHash().replace(/m=\d+,t=\d+,p=\d+/, parameters) as PasswordHash
    const usual = await dearestArgon2()
    const dearest = newUser({}, of('m=1048576,t=19,p=4'))
    await users.insert(dearest)
    t.same(await dearestArgon2(), { memoryKib: 1_048_576, time: 19, parallelism: 4 })
    const next = of('m=65536,t=30,p=1')
    await users.setPassword(dearest.user.id, next, start)
    t.same(await dearestArgon2(), { memoryKib: 65_536, time: 30, parallelism: 1 })
    await users.renewHash(dearest.user.id, next, bcryptHash(4))
    t.same(await dearestArgon2(), usual)
    await users.remove(dearest.user.id)
  })
}
