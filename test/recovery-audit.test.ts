// What the audit log tells of recovery: links that go out, and tokens that are refused, in few lines.
import t from 'tap'
import { MailRefused } from '../src/mail/mailer.js'
import { createHouse, device, openStores } from './mail/house.js'
import { refusalOf } from './stores/contract/engine.js'

const { stores } = await openStores(t)

void t.test('The audit log tells who has a link mailed, from where, and never more than go out', async t => {
  const { recovery, add, sent } = await createHouse(t, { stores })
  const user = await add()
  for (let time = 0; time < 6; time += 1) await recovery.requestReset(user.email, device)
  await recovery.requestReset('nobody@example.org', device)
  const before = (await stores.audit.page({ event: 'authn_token_created', after: null, limit: 100 })).length
  t.equal((await sent()).length, 3)
  const lines = await stores.audit.page({ event: 'authn_token_created', after: null, limit: 100 })
  t.equal(lines.length - before, 3, 'none for the unknown address')
  t.match(lines[0], { userId: user.id, actorId: null, ...device, detail: { for: 'password_reset' } })
})

void t.test('A mail that has to be sent again is told once', async t => {
  const { recovery, add, sent, box, clock } = await createHouse(t, { stores })
  const user = await add()
  box.failWith = new MailRefused('not now', { permanent: false })
  await recovery.requestReset(user.email)
  await sent()
  box.failWith = null
  clock.advance(2)
  t.equal((await sent()).length, 1)
  t.match(await stores.audit.page({ userId: user.id, after: null, limit: 10 }), { length: 1 })
})

void t.test('The audit log tells of made-up tokens, one line an address and quarter of an hour', async t => {
  const { recovery, clock } = await createHouse(t, { stores })
  const linesOf = async (event: string, ip: string) => (await stores.audit.page({ event, after: null, limit: 200 })).filter((line) => line.ip === ip)
  const [here, there] = [{ ...device, ip: '192.0.2.81' }, { ...device, ip: '192.0.2.82' }]
  const tries = async (from: typeof device): Promise<void> => {
    t.equal(await refusalOf(recovery.verify('made up', from)), 'token_invalid')
    t.equal(await refusalOf(recovery.reset('made up', 'an entirely new one', from)), 'token_invalid')
  }
  for (let time = 0; time < 20; time += 1) await tries(here)
  await tries(there)
  for (const ip of [here.ip, there.ip]) {
    t.match(await linesOf('user_update_fail', ip), [{ userId: null, userAgent: device.userAgent, detail: { by: 'verification_link' } }])
    t.match(await linesOf('authn_password_change_fail', ip), [{ userId: null, detail: { by: 'reset_link' } }])
    t.equal((await linesOf('user_update_fail', ip)).length + (await linesOf('authn_password_change_fail', ip)).length, 2)
  }
  clock.advance(15 * 60)
  await tries(here)
  t.equal((await linesOf('user_update_fail', here.ip)).length, 2)
})
