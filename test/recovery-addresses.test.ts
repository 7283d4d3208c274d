// Changes of address that follow one another: the last one counts, whatever kept the mail to the others.
import t, { type Test } from 'tap'
import { MailRefused, type Message } from '../src/mail/mailer.js'
import type { Stores } from '../src/stores/stores.js'
import { createHouse, device, openStores, tokenOf } from './mail/house.js'
import { refusalOf } from './stores/contract/engine.js'

const { stores } = await openStores(t)
const enter = (_t: Test, how: Parameters<typeof createHouse>[1] = {}) => createHouse(_t, { stores, ...how })

void t.test('Of addresses that were named one after the other the last alone gets a link, though the mail to the others had to wait', async t => {
  const { recovery, add, sent, clock, box } = await enter(t)
  const user = await add({ emailVerified: true })
  const ask = async (email: string): Promise<void> => { await recovery.requestEmailChange(user.id, email, 'the old password', device) }
  const to = async (): Promise<string[]> => (await sent()).map((message) => message.to).filter((one) => one !== user.email)
  box.failWith = new MailRefused('451', { permanent: false })
  await ask('mistyped@example.org')
  t.same(await to(), [])
  box.failWith = null
  await ask('meant@example.org')
  const meant = await sent()
  clock.advance(60)
  t.same(await to(), [], 'its link is not made anew')
  await recovery.verify(tokenOf(meant.find((message) => message.to === 'meant@example.org')), device)
  t.equal((await stores.users.find({ id: user.id }))?.email, 'meant@example.org')
})

void t.test('Who names their own address takes back what they named before', async t => {
  const { recovery, add, sent } = await enter(t)
  const user = await add({ emailVerified: true })
  const ask = async (email: string): Promise<void> => { await recovery.requestEmailChange(user.id, email, 'the old password', device) }
  await ask('regretted@example.org')
  const regretted = tokenOf((await sent()).find(({ to }) => to === 'regretted@example.org'))
  await ask(user.email)
  t.equal(await refusalOf(recovery.verify(regretted, device)), 'token_invalid')
  await ask('regretted-at-once@example.org')
  await ask(user.email)
  t.same((await sent()).map(({ to }) => to), [user.email], 'word of it to the address it has')
})

void t.test('Whoever names another address while the link to the first is being made gets that one alone', async t => {
  let name = async (): Promise<void> => undefined
  const { oneTimeTokens } = stores
  const slow: Stores = { ...stores, oneTimeTokens: { ...oneTimeTokens, async insert (token) { await name(); await oneTimeTokens.insert(token) } } }
  const { recovery, add, sent } = await enter(t, { stores: slow })
  const user = await add()
  name = async () => {
    name = async () => undefined
    await recovery.requestEmailChange(user.id, 'second@example.org', 'the old password', device)
  }
  await recovery.requestEmailChange(user.id, 'first@example.org', 'the old password', device)
  t.same((await sent()).map(({ to }) => to).filter((to) => to !== user.email), ['second@example.org'])
})

void t.test('A link that went out before, and is made again while another address is named, counts no more', async t => {
  let name = async (): Promise<void> => undefined
  const { users } = stores
  const slow: Stores = { ...stores, users: { ...users, async find (by) { if ('email' in by) await name(); return await users.find(by) } } }
  const { recovery, add, sent, clock, box } = await enter(t, { stores: slow })
  const user = await add({ emailVerified: true })
  const ask = async (email: string): Promise<void> => { await recovery.requestEmailChange(user.id, email, 'the old password', device) }
  const { send } = box
  const arrived: Message[] = []
  box.send = async (message) => {
    arrived.push(message)
    // What the server has taken, but its answer is lost.
    if (message.to === 'mistyped-too@example.org') throw new MailRefused('451', { permanent: false })
    await send(message)
  }
  await ask('mistyped-too@example.org')
  await sent()
  const mistyped = tokenOf(arrived.find(({ to }) => to === 'mistyped-too@example.org'))
  name = async () => {
    name = async () => undefined
    await ask('meant-too@example.org')
  }
  clock.advance(60)
  const later = await sent()
  t.equal(await refusalOf(recovery.verify(mistyped, device)), 'token_invalid')
  await recovery.verify(tokenOf(later.find(({ to }) => to === 'meant-too@example.org')), device)
  t.equal((await users.find({ id: user.id }))?.email, 'meant-too@example.org')
})

void t.test('No link is mailed that was made while the password changed', async t => {
  let change = async (): Promise<void> => undefined
  const { oneTimeTokens, users } = stores
  const slow: Stores = { ...stores, oneTimeTokens: { ...oneTimeTokens, async insert (token) { await change(); await oneTimeTokens.insert(token) } } }
  const { recovery, add, sent, hasher } = await enter(t, { stores: slow })
  const user = await add({ emailVerified: true })
  const passwordHash = await hasher.hash('the old password')
  const links = async (): Promise<string[]> => {
    change = async () => {
      await users.setPassword(user.id, passwordHash, new Date())
      change = async () => undefined
    }
    return (await sent()).map(tokenOf).filter((token) => token !== '')
  }
  await recovery.requestEmailChange(user.id, 'intruder@example.org', 'the old password', device)
  t.same(await links(), [])
  await recovery.requestReset(user.email)
  t.same(await links(), [])
  await recovery.adminReset(user.id, 'an admin')
  t.same(await links(), [])
})

void t.test('A wish that nobody counts any more gets no link', async t => {
  const { queue, add, sent } = await enter(t)
  const { id } = await add()
  await queue.enqueue({ kind: 'email_change', userId: id, email: 'uncounted@example.org', passwordVersion: 1, wish: 1 })
  t.same(await sent(), [])
})
