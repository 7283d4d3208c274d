// How many mails somebody can have sent who goes on and on.
import t, { type Test } from 'tap'
import { config, createHouse, device, openStores } from './house.js'

const { stores } = await openStores(t)
const enter = (_t: Test) => createHouse(_t, { stores })

void t.test('Who changes the password, or signs in from ever new programs, all day has three mails an hour of each kind sent', async t => {
  const house = await enter(t)
  const { recovery, add, sent, clock } = house
  const user = await add({ emailVerified: false })
  const hash = (await stores.users.findCredentials({ id: user.id }))?.passwordHash as never
  async function signIn (program: string): Promise<void> {
    const found = await stores.users.findCredentials({ email: user.email })
    if (found === null) throw new Error('no such account')
    const { sessionId } = await house.sessions.begin(found, { ...device, userAgent: program })
    await recovery.noteSignIn(found.user, sessionId)
  }
  await signIn('the first')
  for (let round = 0; round < 8; round += 1) {
    await recovery.aroundPasswordChange(user, 1 + round, () => stores.users.setPassword(user.id, hash, clock()))
    await signIn(`program ${round}`)
  }
  const subjects = (await sent()).map(({ subject }) => subject.replace(/^.*: /, '')).sort()
  t.same(subjects, [...Array<string>(3).fill('New sign-in to your account'), ...Array<string>(3).fill('Your password was changed')])
  clock.advance(3601)
  await signIn('another again')
  t.equal((await sent()).length, 1)
})

void t.test('Many accounts together write six links an hour to one address that is none of theirs; the others wait', async t => {
  const { recovery, add, sent, clock } = await enter(t)
  const stranger = 'stranger@victim.example'
  for (let account = 0; account < 8; account += 1) {
    const { id } = await add({ emailVerified: true })
    await recovery.requestEmailChange(id, stranger, 'the old password', device)
  }
  const toStranger = async () => (await sent()).filter(({ to }) => to === stranger).length
  t.equal(await toStranger(), 6)
  clock.advance(301)
  t.equal(await toStranger(), 0)
  clock.advance(3601)
  t.equal(await toStranger(), 2)
})

void t.test('Whose address others name over and over gets the link of their own registration at once', async t => {
  const { recovery, add, sent } = await enter(t)
  const email = 'named@victim.example'
  for (let account = 0; account < 6; account += 1) {
    const { id } = await add({ emailVerified: true })
    await recovery.requestEmailChange(id, email, 'the old password', device)
  }
  t.equal((await sent()).filter(({ to }) => to === email).length, 6)
  await recovery.aroundRegistration(await add({ email }), async () => undefined)
  t.same((await sent()).map(({ to }) => to), [email])
})

void t.test('An account that is made and removed again and again writes no more than six links an hour, and the next owner gets theirs', async t => {
  const { recovery, add, sent, clock } = await enter(t)
  const email = 'again@victim.example'
  let links = 0
  for (let account = 0; account < 8; account += 1) {
    const user = await add({ email })
    await recovery.aroundRegistration(user, async () => undefined)
    links += (await sent()).length
    await stores.users.remove(user.id)
  }
  t.equal(links, 6)
  await recovery.aroundRegistration(await add({ email }), async () => undefined)
  t.equal((await sent()).length, 0)
  clock.advance(3601)
  t.equal((await sent()).length, 1, 'late, and not lost')
})

void t.test('A link that waits for its recipient has nothing to wait for when its time is over', async t => {
  const { compose, add, clock } = await enter(t)
  const { id: userId, email } = await add({ emailVerified: false })
  const createdAt = clock()
  const composed = []
  for (let count = 1; count <= 7; count += 1) {
    composed.push(await compose({ id: `${userId}-${count}`, sealed: '', createdAt, attempts: 1, dueAt: createdAt }, { kind: 'verification', userId, email, orTellOwner: false }))
  }
  t.match(composed, [...Array<object>(6).fill({ to: email }), { until: new Date(createdAt.getTime() + config.verificationSeconds * 1000) }])
  t.notHas(composed.at(-1), { to: email })
})
