// Mail that waits: leased by one at a time, given back, removed.
import { later, sampleMail } from './samples.js'
import { atOnce, type Contract } from './engine.js'

export const mailsContract: Contract = async (t, { stores: { mails }, another }) => {
  await t.test('The mail due longest is leased first, and not before it is due', async t => {
    t.equal(await mails.lease(later(0), later(1)), null)
    const [second, first, third] = [sampleMail({ dueAt: later(20) }), sampleMail({ dueAt: later(10), attempts: 3 }), sampleMail({ dueAt: later(30) })]
    for (const mail of [second, first, third]) await mails.insert(mail)
    t.equal(await mails.count(), 3)
    t.equal(await mails.lease(later(9), later(1_000)), null)
    t.same(await mails.lease(later(29), later(1_000)), { ...first, attempts: 4, dueAt: later(1_000) })
    t.same(await mails.lease(later(29), later(1_000)), { ...second, attempts: 1, dueAt: later(1_000) })
    t.equal(await mails.lease(later(29), later(1_000)), null)
    t.same(await mails.lease(later(30), later(1_000)), { ...third, attempts: 1, dueAt: later(1_000) }, 'due at this very moment')
    t.equal(await mails.count(), 3, 'a leased mail stays until it is removed')
    t.same((await mails.lease(later(1_000), later(2_000)))?.dueAt, later(2_000), 'a lease that ran out is free again')
    for (const mail of [first, second, third]) t.equal(await mails.remove(mail.id), true)
    t.equal(await mails.remove(first.id), false)
    t.equal(await mails.count(), 0)
  })

  await t.test('Only who holds the lease gives a mail back', async t => {
    const mail = sampleMail()
    await mails.insert(mail)
    await mails.lease(later(0), later(100))
    t.equal(await mails.postpone(mail.id, 0, later(50)), false)
    t.equal(await mails.postpone(mail.id, 1, later(50)), true)
    t.equal(await mails.postpone('nothing', 1, later(50)), false)
    t.equal(await mails.lease(later(49), later(100)), null)
    t.same(await mails.lease(later(50), later(100)), { ...mail, attempts: 2, dueAt: later(100) })
    await mails.remove(mail.id)
  })

  await t.test('Of 50 that lease at once, over two connections, each mail goes to one', async t => {
    const elsewhere = await another()
    const waiting = Array.from({ length: 7 }, (_, index) => sampleMail({ dueAt: later(index) }))
    for (const mail of waiting) await mails.insert(mail)
    const leased = await atOnce(50, index => (index % 2 === 0 ? mails : elsewhere.mails).lease(later(100), later(200)))
    t.same(leased.flatMap(mail => mail?.id ?? []).sort(), waiting.map(mail => mail.id).sort())
  })
}
