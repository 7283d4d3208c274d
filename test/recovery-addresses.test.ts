// Changes of address that follow one another: the last one counts, whatever kept the mail to the others.
import t, { type Test } from 'tap'
import { MailRefused } from '../src/mail/mailer.js'
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

void t.test('A wish that nobody counts any more gets no link', async t => {
  const { queue, add, sent } = await enter(t)
  const { id } = await add()
  await queue.enqueue({ kind: 'email_change', userId: id, email: 'uncounted@example.org', passwordVersion: 1, wish: 1 })
  t.same(await sent(), [])
})
