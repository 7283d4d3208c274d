// The audit log: append, then page backwards with filters.
import { later, sampleEntry } from './samples.js'
import { atOnce, type Contract } from './engine.js'
import type { AuditEntry, AuditFilter, AuditStore } from '../../../src/stores/stores.js'

async function readAll (audit: AuditStore, filter: AuditFilter, limit: number): Promise<AuditEntry[]> {
  const told: AuditEntry[] = []
  for (let after: string | null = null; ;) {
    const page: AuditEntry[] = await audit.page({ ...filter, after, limit })
    told.push(...page)
    if (page.length < limit) return told
    after = page.at(-1)?.id ?? null
  }
}

export const auditContract: Contract = async (t, { stores: { audit } }) => {
  const rows = Array.from({ length: 12 }, (_, index) => sampleEntry({
    at: later(index),
    event: index % 3 === 0 ? 'authn_login_fail' : 'authn_login_success',
    userId: index % 2 === 0 ? 'even' : null,
    actorId: index === 4 ? 'the admin' : null,
    ip: index === 5 ? '2001:db8::1' : null,
    userAgent: index === 6 ? 'curl/8' : null,
    detail: index === 7 ? { role: 'admin', tries: 3, share: 0.5, forced: true, before: null, 'odd "key"': '😀' } : {}
  }))
  const newestFirst = [...rows].reverse()

  await t.test('Entries come newest first, as they were put in', async t => {
    t.same(await audit.page({ after: null, limit: 5 }), [])
    await atOnce(rows.length, async index => audit.append(rows[index] ?? sampleEntry()))
    for (const limit of [1, 5, 12, 100]) t.same(await readAll(audit, {}, limit), newestFirst)
  })

  await t.test('User, event and time filter, together and apart, and counting agrees', async t => {
    const filters: AuditFilter[] = [{ userId: 'even' }, { event: 'authn_login_fail' }, { since: later(5) }, { since: later(99) }, { userId: 'even', event: 'authn_login_fail' },
      { userId: 'even', since: later(4) }, { userId: 'even', event: 'authn_login_fail', since: later(1) }, { userId: 'nobody' }, {}]
    for (const filter of filters) {
      const expected = newestFirst.filter(row => (filter.userId === undefined || row.userId === filter.userId) &&
        (filter.event === undefined || row.event === filter.event) && (filter.since === undefined || row.at >= filter.since))
      t.same(await readAll(audit, filter, 2), expected, JSON.stringify(filter))
      t.equal(await audit.count(filter), expected.length)
    }
  })
}
