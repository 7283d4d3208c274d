// The rule that an enabled admin remains.
import { later, newUser, start } from './samples.js'
import { atOnce, refusalOf, type Contract } from './engine.js'

export const lastAdminContract: Contract = async (t, { stores: { users }, another }) => {
  const admin = newUser({ role: 'admin' })

  await t.test('Without any admin, others change freely', async t => {
    const client = newUser()
    await users.insert(client)
    t.equal((await users.update(client.user.id, { disabled: true, role: 'manager' }, start))?.disabled, true)
    t.equal(await users.remove(client.user.id), true)
  })

  await t.test('The last admin can be neither demoted, disabled nor removed', async t => {
    await users.insert(admin)
    await users.insert(newUser({ role: 'admin', disabled: true }))
    await users.insert(newUser({ role: 'manager' }))
    t.equal(await refusalOf(users.update(admin.user.id, { role: 'manager' }, later(1))), 'last_admin')
    t.equal(await refusalOf(users.update(admin.user.id, { disabled: true }, later(1))), 'last_admin')
    t.equal(await refusalOf(users.update(admin.user.id, { disabled: true, role: 'client' }, later(1))), 'last_admin')
    t.equal(await refusalOf(users.remove(admin.user.id)), 'last_admin')
    t.same(await users.find({ id: admin.user.id }), admin.user, 'nothing was written')
  })

  await t.test('Its other members may change', async t => {
    t.same(await users.update(admin.user.id, { firstName: 'Root', role: 'admin', disabled: false }, later(2)), { ...admin.user, firstName: 'Root', updatedAt: later(2) })
  })

  await t.test('A disabled admin may be demoted and removed', async t => {
    const sleeping = newUser({ role: 'admin', disabled: true })
    await users.insert(sleeping)
    t.equal((await users.update(sleeping.user.id, { role: 'client' }, start))?.role, 'client')
    await users.update(sleeping.user.id, { role: 'admin' }, start)
    t.equal(await users.remove(sleeping.user.id), true)
  })

  await t.test('With a second enabled admin the first may go', async t => {
    const second = newUser({ role: 'admin' })
    await users.insert(second)
    t.equal((await users.update(admin.user.id, { role: 'client' }, start))?.role, 'client')
    t.equal(await refusalOf(users.remove(second.user.id)), 'last_admin')
    t.equal((await users.update(admin.user.id, { role: 'admin' }, start))?.role, 'admin')
    t.equal(await users.remove(second.user.id), true)
  })

  await t.test('Two admins who demote, disable or remove each other at once leave one, 50 times', async t => {
    const other = newUser({ role: 'admin' })
    await users.insert(other)
    const elsewhere = await another()
    const [left, right] = [admin.user.id, other.user.id]
    for (let round = 0; round < 50; round += 1) {
      const patch = round % 2 === 0 ? { role: 'client' } as const : { disabled: true }
      const outcomes = await Promise.all([refusalOf(users.update(left, patch, start)), refusalOf(elsewhere.users.update(right, patch, start))])
      t.same(outcomes.map(String).sort(), ['last_admin', 'null'], `round ${String(round)}`)
      const back = { role: 'admin', disabled: false } as const
      await users.update(left, back, start)
      await users.update(right, back, start)
    }
    const last = await Promise.all([refusalOf(users.remove(left)), refusalOf(elsewhere.users.update(right, { role: 'client' }, start))])
    t.same(last.map(String).sort(), ['last_admin', 'null'])
  })

  await t.test('Of ten admins who all resign at once, one stays', async t => {
    const ten = Array.from({ length: 10 }, () => newUser({ role: 'admin' }))
    await users.insertMany(ten)
    for (const row of await users.page({ role: 'admin', after: null, limit: 50 })) {
      if (!ten.some(entry => entry.user.id === row.id)) await users.update(row.id, { role: 'client' }, start)
    }
    const outcomes = await atOnce(10, async index => refusalOf(users.update(ten[index]?.user.id ?? '', { role: 'client' }, start)))
    t.equal(outcomes.filter(outcome => outcome === 'last_admin').length, 1)
    t.equal(await users.count({ role: 'admin', disabled: false }), 1)
  })
}
