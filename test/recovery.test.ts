// Recovery: forgotten passwords, proved and changed addresses, and word of what happened; by mail, on a real SQLite store.
import t, { type Test } from 'tap'
import { hashToken } from '../src/mail/links.js'
import { MailRefused } from '../src/mail/mailer.js'
import type { Session, Stores } from '../src/stores/stores.js'
import { createHouse, device, openStores, tokenOf } from './mail/house.js'
import { atOnce, refusalOf } from './stores/contract/engine.js'
import { sampleSession } from './stores/contract/samples.js'

const { stores } = await openStores(t)
const enter = (_t: Test, how: Parameters<typeof createHouse>[1] = {}) => createHouse(_t, { stores, ...how })
const newPassword = 'an entirely new one'

/** Counts what is asked of every store, by verb. */
function counting (calls: string[]): Stores {
  const watch = <T extends object>(name: string, store: T): T => new Proxy(store, {
    get (target, verb) {
      const value: unknown = Reflect.get(target, verb)
      return typeof value === 'function' ? (...given: unknown[]) => { calls.push(`${name}.${String(verb)}`); return Reflect.apply(value, target, given) as unknown } : value
    }
  })
  return Object.fromEntries(Object.entries(stores).map(([name, store]) => [name, typeof store === 'object' ? watch(name, store as object) : store])) as unknown as Stores
}

async function begin (house: Awaited<ReturnType<typeof enter>>, email: string, from = device) {
  const found = await stores.users.findCredentials({ email })
  if (found === null) throw new Error('no such account')
  const live = await house.sessions.begin(found, from)
  await house.recovery.noteSignIn(found.user, live.sessionId)
  return live
}

void t.test('A forgotten password: one link, used once, ends all sessions and other links, proves the address and is told', async t => {
  const house = await enter(t)
  const { recovery, add, sent, hasher } = house
  const user = await add({ firstName: 'Ada', emailVerified: false })
  const { sessionId } = await begin(house, user.email)
  await recovery.requestReset(`  ${user.email.toUpperCase()} `)
  await recovery.requestReset(user.email)
  const [first, second] = await sent()
  t.equal(first?.to, user.email)
  t.match(first?.text, /https:\/\/id\.example\.org\/reset#token=[\w-]{43}\n/)
  t.notMatch(first?.text, /Ada/, 'no name to an address that nobody proved')
  t.not(tokenOf(first), tokenOf(second))
  await recovery.reset(tokenOf(first), newPassword, device)
  const now = await stores.users.findCredentials({ id: user.id })
  t.match(now?.user, { emailVerified: true })
  t.ok((await hasher.verify(now?.passwordHash ?? null, newPassword, { bcryptCost: null, argon2: null })).ok)
  t.equal((await stores.sessions.find(sessionId))?.endReason, 'password_changed')
  for (const token of [tokenOf(first), tokenOf(second)]) t.equal(await refusalOf(recovery.reset(token, newPassword, device)), 'token_invalid')
  const [told] = await sent()
  t.match(told?.subject, /Your password was changed/)
  t.match(told?.text, /Hello Ada,/)
  const events = (await stores.audit.page({ userId: user.id, after: null, limit: 10 })).map(({ event }) => event)
  t.ok(events.includes('authn_password_change'))
})

void t.test('Known and unknown addresses cost the same single write and no look-up; to the unknown, nothing is sent', async t => {
  const calls: string[] = []
  const { recovery, add, sent, stores: all } = await enter(t, { stores: counting(calls) })
  const [known, disabled] = [await add(), await add({ disabled: true })]
  for (const email of [known.email, 'unknown@example.org', disabled.email, 'no address']) {
    calls.length = 0
    await recovery.requestReset(email)
    t.same(calls, ['mails.insert'], email)
  }
  t.same((await sent()).map(({ to }) => to), [known.email])
  t.equal(await all.mails.count(), 0)
})

void t.test('No more than three links an hour for one account, however often somebody asks', async t => {
  const { recovery, add, sent, clock, worker } = await enter(t)
  const [ada, bob] = [await add(), await add()]
  await atOnce(40, () => recovery.requestReset(ada.email))
  await recovery.requestReset(bob.email)
  t.same((await sent()).map(({ to }) => to).sort(), [ada.email, ada.email, ada.email, bob.email].sort())
  t.equal((await worker.stats()).dropped, 37)
  clock.advance(3601)
  await recovery.requestReset(ada.email)
  t.equal((await sent()).length, 1)
})

void t.test('Of 50 that use one link at once, one succeeds', async t => {
  const { recovery, add, sent } = await enter(t)
  const user = await add()
  await recovery.requestReset(user.email)
  const token = tokenOf((await sent())[0])
  const outcomes = await atOnce(50, (index) => refusalOf(recovery.reset(token, `${newPassword} ${index}`, device)))
  t.same(outcomes.filter((refusal) => refusal === null).length, 1)
  t.same(outcomes.filter((refusal) => refusal === 'token_invalid').length, 49)
  t.equal((await stores.users.findCredentials({ id: user.id }))?.passwordVersion, 2)
  t.equal((await sent()).length, 1, 'told once')
})

void t.test('A weak password leaves the link alive; time, disabling and another address end it', async t => {
  const { recovery, add, sent, clock } = await enter(t)
  const user = await add()
  const link = async (): Promise<string> => {
    clock.advance(3600)
    await recovery.requestReset(user.email)
    return tokenOf((await sent())[0])
  }
  const token = await link()
  t.equal(await refusalOf(recovery.reset(token, 'short', device)), 'weak_password')
  t.equal(await refusalOf(recovery.reset(token, user.email, device)), 'weak_password')
  await stores.users.update(user.id, { disabled: true }, clock())
  t.equal(await refusalOf(recovery.reset(token, newPassword, device)), 'token_invalid')
  await stores.users.update(user.id, { disabled: false, email: `new-${user.email}` }, clock())
  t.equal(await refusalOf(recovery.reset(token, newPassword, device)), 'token_invalid')
  await stores.users.update(user.id, { email: user.email }, clock())
  clock.advance(1801)
  t.equal(await refusalOf(recovery.reset(token, newPassword, device)), 'token_invalid')
  await recovery.reset(await link(), newPassword, device)
  for (const text of ['', 'unknown', token.toLowerCase()]) t.equal(await refusalOf(recovery.reset(text, newPassword, device)), 'token_invalid')
})

void t.test('A link asked for before a new password, but still unsent, is not sent after it', async t => {
  const { recovery, add, sent, box, clock } = await enter(t)
  const user = await add()
  box.failWith = new MailRefused('not now', { permanent: false })
  await recovery.requestReset(user.email)
  await sent()
  await stores.users.setPassword(user.id, (await stores.users.findCredentials({ id: user.id }))?.passwordHash as never, clock())
  box.failWith = null
  clock.advance(2)
  t.same(await sent(), [])
  t.equal(await stores.mails.count(), 0)
})

void t.test('An account that goes while its link is used is token_invalid', async t => {
  const { recovery, add, sent } = await enter(t)
  const user = await add()
  await recovery.requestReset(user.email)
  const token = tokenOf((await sent())[0])
  const end = stores.oneTimeTokens.consume
  stores.oneTimeTokens.consume = async (...given) => { await stores.users.remove(user.id); return await end(...given) }
  t.teardown(() => { stores.oneTimeTokens.consume = end })
  t.equal(await refusalOf(recovery.reset(token, newPassword, device)), 'token_invalid')
  t.same(await sent(), [], 'and nobody is told of a change')
})

void t.test('An admin can have a link sent, and it dies with the password it was to replace', async t => {
  const { recovery, add, sent, clock } = await enter(t)
  const [user, admin, nameless] = [await add(), await add({ role: 'admin' }), await add({ email: null, username: 'nameless' })]
  t.equal(await refusalOf(recovery.adminReset('nobody', admin.id)), 'not_found')
  t.equal(await refusalOf(recovery.adminReset(nameless.id, admin.id)), 'not_found')
  await recovery.adminReset(user.id, admin.id, device)
  const [message] = await sent()
  t.match(message?.text, /administrator/)
  t.match(await stores.audit.page({ userId: user.id, after: null, limit: 1 }), [{ actorId: admin.id, event: 'user_updated' }])
  await recovery.reset(tokenOf(message), newPassword, device)
  await sent()
  await recovery.adminReset(user.id, admin.id)
  await stores.users.setPassword(user.id, (await stores.users.findCredentials({ id: user.id }))?.passwordHash as never, clock())
  t.same(await sent(), [])
  await recovery.adminReset(user.id, admin.id)
  await stores.users.update(user.id, { disabled: true }, clock())
  t.same(await sent(), [])
})

void t.test('Registering mails a link that proves the address once; a refused registration mails nothing', async t => {
  const { recovery, add, sent } = await enter(t, { verification: 'optional' })
  const there = await add()
  const user = { ...there, id: 'a-new-one', email: 'fresh@example.org', emailVerified: false }
  t.equal(await recovery.aroundRegistration(user, () => stores.users.insert({ user, passwordHash: null })), 'created')
  const twin = { ...user, id: 'another-one' }
  t.equal(await refusalOf(recovery.aroundRegistration(twin, () => stores.users.insert({ user: twin, passwordHash: null }))), 'email_taken')
  const messages = await sent()
  t.same(messages.map(({ to, subject }) => [to, subject]), [['fresh@example.org', 'Gatehouse & Söhne: Confirm your e-mail address']])
  t.match(messages[0]?.text, /https:\/\/id\.example\.org\/verify#token=/)
  const token = tokenOf(messages[0])
  const tries = await atOnce(20, () => refusalOf(recovery.verify(token, device)))
  t.equal(tries.filter((refusal) => refusal === null).length, 1)
  t.equal((await stores.users.find({ id: user.id }))?.emailVerified, true)
  t.equal(await refusalOf(recovery.verify('nothing', device)), 'token_invalid')
})

void t.test('A crash between the mail and the account drops the mail; a crash after the account sends it within 30 s', async t => {
  const { queue, add, sent, clock } = await enter(t)
  const there = await add()
  await queue.hold({ kind: 'verification', userId: 'never-came-to-be', email: 'lost@example.org', orTellOwner: false })
  await queue.hold({ kind: 'verification', userId: there.id, email: there.email, orTellOwner: false })
  t.same(await sent(), [])
  clock.advance(30)
  t.same((await sent()).map(({ to }) => to), [there.email])
  t.equal(await stores.mails.count(), 0)
})

void t.test('Where verification is required, a taken address looks like a new one, and its owner is told, three times an hour', async t => {
  const calls: string[] = []
  const house = await enter(t, { stores: counting(calls), verification: 'required' })
  const { recovery, add, sent } = house
  const [owner, gone] = [await add({ username: 'taken-name', emailVerified: true, firstName: 'Ada' }), await add({ disabled: true })]
  const workOf = async (email: string): Promise<[string, string[]]> => {
    calls.length = 0
    const user = { ...owner, id: `id-of-${Math.random()}`, email, username: null, emailVerified: false }
    return [await recovery.aroundRegistration(user, () => house.stores.users.insert({ user, passwordHash: null })), [...calls]]
  }
  const [created, workForNew] = await workOf('somebody-new@example.org')
  const [taken, workForTaken] = await workOf(owner.email)
  t.same([created, taken], ['created', 'taken'])
  t.same(workForTaken, workForNew)
  await workOf(gone.email)
  for (let more = 0; more < 4; more += 1) await workOf(owner.email)
  const messages = await sent()
  t.same(messages.map(({ to }) => to).sort(), ['somebody-new@example.org', owner.email, owner.email, owner.email].sort())
  const told = messages.find(({ to }) => to === owner.email)
  t.match(told?.text, /Hello Ada,[^]*already/)
  t.equal(tokenOf(told), '', 'without a link')
  for (const email of [owner.email, 'yet-another@example.org']) {
    const user = { ...owner, id: 'never', email, username: 'TAKEN-name' }
    t.equal(await refusalOf(recovery.aroundRegistration(user, () => stores.users.insert({ user, passwordHash: null }))), 'username_taken', 'a taken username tells nothing of the address')
  }
  t.same(await sent(), [])
})

void t.test('Where verification is off, and for accounts without an address, nothing is mailed', async t => {
  const off = await enter(t, { verification: 'off' })
  t.equal(await off.recovery.aroundRegistration(await off.add(), async () => undefined), 'created')
  const on = await enter(t)
  const nameless = await on.add({ email: null, username: 'no-address' })
  const bare = { ...nameless, email: null }
  t.equal(await on.recovery.aroundRegistration(bare, async () => undefined), 'created')
  t.equal(await on.recovery.aroundPasswordChange(bare, 1, async () => 7), 7)
  await on.recovery.sendVerification(bare)
  t.same(await on.sent(), [])
})

void t.test('The verification link can be asked for again, three mails an hour with that of the registration', async t => {
  const { recovery, add, sent, clock } = await enter(t)
  const user = await add()
  await recovery.sendVerification(user)
  await recovery.sendVerification(user)
  try {
    await recovery.sendVerification(user)
    t.fail('a third within the hour of the registration')
  } catch (error) {
    t.match(error, { kind: 'too_many_attempts' })
    const { retryAfterSeconds = 0 } = error as { retryAfterSeconds?: number }
    t.ok(retryAfterSeconds > 3500 && retryAfterSeconds <= 3600)
  }
  const [first, second] = await sent()
  await recovery.verify(tokenOf(second), device)
  t.equal(await refusalOf(recovery.verify(tokenOf(first), device)), 'token_invalid', 'the others end with the one that was used')
  clock.advance(3601)
  await recovery.sendVerification({ ...user, emailVerified: true })
  await recovery.sendVerification(user)
  t.same(await sent(), [], 'nothing to verify any more')
})

void t.test('A verification link proves the address it went to, and no other', async t => {
  const { recovery, add, sent, clock } = await enter(t)
  const user = await add()
  await recovery.sendVerification(user)
  const token = tokenOf((await sent())[0])
  await stores.users.update(user.id, { email: `moved-${user.email}` }, clock())
  t.equal(await refusalOf(recovery.verify(token, device)), 'token_invalid')
  await stores.users.remove(user.id)
  t.equal(await refusalOf(recovery.verify(token, device)), 'token_invalid')
})

void t.test('A verification link does not bring the address back that was changed while it was used', async t => {
  const { recovery, add, sent, clock } = await enter(t)
  const user = await add()
  await recovery.sendVerification(user)
  const token = tokenOf((await sent())[0])
  const { consume } = stores.oneTimeTokens
  stores.oneTimeTokens.consume = async (...args) => {
    stores.oneTimeTokens.consume = consume
    await stores.users.update(user.id, { email: `new-${user.email}` }, clock())
    return await consume(...args)
  }
  await recovery.verify(token, device)
  t.match(await stores.users.find({ id: user.id }), { email: `new-${user.email}`, emailVerified: true })
})

void t.test('A new address takes effect when it is confirmed; the old one was told, and links to it die', async t => {
  const { recovery, add, sent } = await enter(t)
  const user = await add({ emailVerified: true, firstName: 'Ada' })
  const wanted = `new.${user.email}`
  t.equal(await refusalOf(recovery.requestEmailChange(user.id, wanted, 'not the password', device)), 'wrong_password')
  t.equal(await refusalOf(recovery.requestEmailChange('nobody', wanted, 'the old password', device)), 'invalid_token')
  t.equal(await refusalOf(recovery.requestEmailChange(user.id, 'no address', 'the old password', device)), 'validation_failed')
  await recovery.requestEmailChange(user.id, user.email, 'the old password', device)
  t.same(await sent(), [], 'the address it has already')
  await recovery.requestReset(user.email)
  const reset = tokenOf((await sent())[0])
  await recovery.requestEmailChange(user.id, `mistyped.${user.email}`, 'the old password', device)
  const mistyped = tokenOf((await sent()).find(({ to }) => to.startsWith('mistyped')))
  await recovery.requestEmailChange(user.id, ` ${wanted.toUpperCase()}`, 'the old password', device)
  const messages = await sent()
  t.same(messages.map(({ to }) => to).sort(), [wanted, user.email].sort())
  const notice = messages.find(({ to }) => to === user.email)
  t.match(notice?.text, /Hello Ada,[^]*n\*\*\*@example\.org/)
  t.notOk(notice?.text.includes(wanted))
  t.equal((await stores.users.find({ id: user.id }))?.email, user.email, 'not yet')
  t.equal(await refusalOf(recovery.verify(mistyped, device)), 'token_invalid', 'only the one named last')
  await recovery.verify(tokenOf(messages.find(({ to }) => to === wanted)), device)
  t.match(await stores.users.find({ id: user.id }), { email: wanted, emailVerified: true })
  t.equal(await refusalOf(recovery.reset(reset, newPassword, device)), 'token_invalid')
  t.equal(await stores.oneTimeTokens.find(hashToken(reset), 'password_reset', new Date()), null)
  await recovery.requestEmailChange(user.id, `third.${user.email}`, 'the old password', device)
  t.equal(await refusalOf(recovery.requestEmailChange(user.id, `fourth.${user.email}`, 'the old password', device)), 'too_many_attempts')
})

void t.test('A taken address gets no link but its owner word; one taken since then is token_invalid', async t => {
  const { recovery, add, sent } = await enter(t)
  const [user, owner] = [await add(), await add()]
  await recovery.requestEmailChange(user.id, owner.email, 'the old password', device)
  const messages = await sent()
  t.same(messages.map(({ to, subject }) => [to, subject.split(': ')[1]]).sort(), [[owner.email, 'You already have an account'], [user.email, 'Your e-mail address is about to change']].sort())
  t.ok(messages.every((message) => tokenOf(message) === ''))
  await recovery.requestEmailChange(user.id, 'soon-taken@example.org', 'the old password', device)
  const token = tokenOf((await sent()).find(({ to }) => to === 'soon-taken@example.org'))
  await add({ email: 'soon-taken@example.org' })
  t.equal(await refusalOf(recovery.verify(token, device)), 'token_invalid')
  t.equal((await stores.users.find({ id: user.id }))?.email, user.email)
})

void t.test('A new password stops a change of address, asked for or on its way', async t => {
  const { recovery, add, sent } = await enter(t)
  const [mailed, waiting] = [await add(), await add()]
  for (const user of [mailed, waiting]) await recovery.requestReset(user.email)
  const links = await sent()
  const resetOf = async (email: string): Promise<void> => { await recovery.reset(tokenOf(links.find(({ to }) => to === email)), newPassword, device) }
  await recovery.requestEmailChange(mailed.id, `thief.${mailed.email}`, 'the old password', device)
  const stolen = tokenOf((await sent()).find(({ to }) => to.startsWith('thief')))
  await resetOf(mailed.email)
  t.equal(await refusalOf(recovery.verify(stolen, device)), 'token_invalid')
  await recovery.requestEmailChange(waiting.id, `thief.${waiting.email}`, 'the old password', device)
  await resetOf(waiting.email)
  const afterwards = (await sent()).map(({ to }) => to)
  t.ok(afterwards.includes(waiting.email))
  t.notOk(afterwards.some((to) => to.startsWith('thief')))
})

void t.test('An account without an address can be given one', async t => {
  const { recovery, add, sent } = await enter(t)
  const user = await add({ email: null, username: 'gets-one' })
  await recovery.requestEmailChange(user.id, 'given@example.org', 'the old password', device)
  const messages = await sent()
  t.same(messages.map(({ to }) => to), ['given@example.org'])
  await recovery.verify(tokenOf(messages[0]), device)
  t.match(await stores.users.find({ id: user.id }), { email: 'given@example.org', emailVerified: true })
})

void t.test('A store that fails while an address is confirmed is no answer about the link', async t => {
  const { recovery, add, sent } = await enter(t)
  const user = await add()
  await recovery.sendVerification(user)
  const token = tokenOf((await sent())[0])
  const update = stores.users.update
  stores.users.update = async () => { throw new Error('the disk is gone') }
  t.teardown(() => { stores.users.update = update })
  await t.rejects(recovery.verify(token, device), { message: 'the disk is gone' })
})

void t.test('A changed password is told when it was changed, and only then', async t => {
  const { recovery, add, sent, queue, clock } = await enter(t)
  const user = await add({ emailVerified: true })
  const hash = (await stores.users.findCredentials({ id: user.id }))?.passwordHash as never
  await queue.hold({ kind: 'password_changed', userId: user.id, passwordVersion: 2, at: 0 })
  clock.advance(31)
  t.same(await sent(), [], 'it was held, and nothing changed')
  await recovery.aroundPasswordChange(user, 1, () => stores.users.setPassword(user.id, hash, clock()))
  t.same((await sent()).map(({ to }) => to), [user.email])
})

void t.test('A sign-in is told from the second on, if its program or network was not seen for 90 days', async t => {
  const house = await enter(t)
  const { add, sent, clock } = house
  const user = await add({ emailVerified: true })
  const from = async (ip: string, userAgent = device.userAgent): Promise<number> => {
    await begin(house, user.email, { ip, userAgent })
    clock.advance(1)
    return (await sent()).length
  }
  t.equal(await from('192.0.2.7'), 0, 'the first after registering')
  t.equal(await from('192.0.2.200'), 0, 'the same network')
  t.equal(await from('198.51.100.1'), 1)
  t.equal(await from('198.51.100.2'), 0)
  t.equal(await from('192.0.2.7', 'okhttp/4.12'), 1)
  t.equal(await from('2001:db8:1::1'), 1)
  t.equal(await from('2001:db8:1:2::1'), 0)
  clock.advance(89 * 86_400)
  t.equal(await from('192.0.2.9'), 0)
  clock.advance(91 * 86_400)
  t.equal(await from('192.0.2.9'), 1)
})

void t.test('The mail about a sign-in says when, with what and from where; it can be switched off, and needs a session and an address', async t => {
  const house = await enter(t)
  const { add, sent, recovery, queue, clock } = house
  const user = { ...await add({ lastLoginAt: new Date() }), lastLoginAt: new Date() }
  const { sessionId } = await begin(house, user.email)
  const [message] = await sent()
  t.match(message?.text, /Firefox on Linux, address 192\.0\.2\.7\./)
  await recovery.noteSignIn(user, 'no-such-session')
  await recovery.noteSignIn({ ...user, email: null }, sessionId)
  const placeless: Session = sampleSession({ userId: user.id, ip: null, userAgent: null })
  await stores.sessions.insert(placeless)
  await recovery.noteSignIn(user, placeless.id)
  await queue.enqueue({ kind: 'new_device', userId: user.id, sessionId: 'no-such-session', program: '', ip: null, at: 0 })
  await queue.enqueue({ kind: 'new_device', userId: 'nobody', sessionId, program: '', ip: null, at: 0 })
  await stores.sessions.insert(sampleSession({ ...placeless, id: 'nameless-program', ip: '203.0.113.1' }))
  t.same(await sent(), [])
  await recovery.noteSignIn(user, 'nameless-program')
  t.match((await sent())[0]?.text, /an unknown program, address 203/)
  await Promise.all([begin(house, user.email, { ip: '203.0.113.99', userAgent: 'twin' }), begin(house, user.email, { ip: '203.0.113.99', userAgent: 'twin' })])
  t.ok((await sent()).length >= 1, 'two at once do not vouch for each other')
  const silent = await enter(t, { signInMail: false })
  await silent.recovery.noteSignIn(user, 'nameless-program')
  t.equal(await stores.mails.count(), 0)
  t.ok(clock())
})

void t.test('Mail about an account that has gone, or whose address has moved on, is dropped', async t => {
  const { add, sent, queue, worker } = await enter(t)
  const user = await add()
  await queue.enqueue({ kind: 'verification', userId: user.id, email: 'former@example.org', orTellOwner: false })
  await queue.enqueue({ kind: 'verification', userId: 'nobody', email: 'former@example.org', orTellOwner: true })
  await queue.enqueue({ kind: 'password_changed', userId: 'nobody', passwordVersion: 1, at: 0 })
  await queue.enqueue({ kind: 'email_change', userId: user.id, email: user.email, passwordVersion: 1, wish: 1 })
  await queue.enqueue({ kind: 'email_change', userId: 'nobody', email: 'x@example.org', passwordVersion: 1, wish: 1 })
  await queue.enqueue({ kind: 'email_change_notice', userId: 'nobody', to: 'x@example.org', newAddress: 'y@example.org', at: 0 })
  t.same(await sent(), [])
  t.equal((await worker.stats()).dropped, 6)
})
