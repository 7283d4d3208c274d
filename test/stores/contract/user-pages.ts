// Lists of accounts: order, filters, search by prefix, counting.
import { newUser } from './samples.js'
import type { Contract } from './engine.js'
import type { User, UserFilter, UserStore } from '../../../src/stores/stores.js'

async function readAll (users: UserStore, filter: UserFilter, limit: number): Promise<User[]> {
  const told: User[] = []
  for (let after: string | null = null; ;) {
    const page: User[] = await users.page({ ...filter, after, limit })
    told.push(...page)
    if (page.length < limit) return told
    after = page.at(-1)?.id ?? null
  }
}

export const userPagesContract: Contract = async (t, { stores: { users } }) => {
  const rows = [
    newUser({ email: 'kelvin@example.org', username: 'Kelvin', role: 'admin' }),
    newUser({ email: 'strasse@example.org', firstName: 'Straße', lastName: '\u212Aelvin' }),
    newUser({ email: 'odysseus@example.org', firstName: 'ΟΔΥΣΣΕΥΣ', lastName: 'Λαερτιάδης', role: 'manager' }),
    newUser({ email: null, username: 'istanbul', firstName: 'İpek', lastName: 'Işık', disabled: true }),
    newUser({ email: 'percent@example.org', firstName: '100% sure', lastName: 'under_score' }),
    newUser({ email: 'plain@example.org', firstName: '1000', lastName: 'underXscore', disabled: true, role: 'manager' }),
    newUser({ email: 'emoji@example.org', firstName: '😀 smile', lastName: '\u{10FFFF}\u{10FFFF}end' }),
    newUser({ email: 'edge@example.org', firstName: '\uD7FFx', lastName: '\uE000x' }),
    newUser({ email: 'kelvin.k@example.org', username: 'kelvin2', firstName: 'KELVIN', lastName: 'kelvin' })
  ]
  await users.insertMany([...rows].reverse())
  const everybody = rows.map(row => row.user)
  const found = async (filter: UserFilter): Promise<string[]> => (await readAll(users, filter, 2)).map(user => user.email ?? user.username ?? '')

  await t.test('Pages follow the ids and tell every account once', async t => {
    for (const limit of [1, 2, 3, 8, 9, 50]) t.same(await readAll(users, {}, limit), everybody, `pages of ${String(limit)}`)
    t.same(await users.page({ after: everybody.at(-1)?.id ?? '', limit: 5 }), [])
  })

  await t.test('Role and disabled filter, together with search or without', async t => {
    t.same(await found({ role: 'manager' }), ['odysseus@example.org', 'plain@example.org'])
    t.same(await found({ disabled: true }), ['istanbul', 'plain@example.org'])
    t.same(await found({ disabled: false, role: 'manager' }), ['odysseus@example.org'])
    t.same(await found({ q: 'kelvin', role: 'client' }), ['strasse@example.org', 'kelvin.k@example.org'])
    t.same(await found({ q: 'i', disabled: false }), [])
  })

  await t.test('Search takes the beginning of e-mail, username, first or last name and tells each account once', async t => {
    t.same(await found({ q: 'kelvin' }), ['kelvin@example.org', 'strasse@example.org', 'kelvin.k@example.org'])
    t.same(await found({ q: 'kelvin2' }), ['kelvin.k@example.org'])
    t.same(await found({ q: 'kelvin@' }), ['kelvin@example.org'])
    t.same(await found({ q: 'elvin' }), [], 'the middle of a word is no beginning')
    t.same(await found({ q: '' }), everybody.map(user => user.email ?? user.username), 'nothing to search for filters nothing')
  })

  await t.test('Search ignores case in every script, one code point for one', async t => {
    t.same(await found({ q: '\u212AELV' }), ['kelvin@example.org', 'strasse@example.org', 'kelvin.k@example.org'])
    t.same(await found({ q: 'STRAẞE' }), ['strasse@example.org'], 'capital sharp s')
    t.same(await found({ q: 'strasse' }), ['strasse@example.org'], 'found by its e-mail')
    t.same(await found({ q: 'οδυσσευς' }), ['odysseus@example.org'], 'final sigma')
    t.same(await found({ q: 'Οδυσσευσ' }), ['odysseus@example.org'])
    t.same(await found({ q: 'İPEK' }), ['istanbul'])
    t.same(await found({ q: 'ipek' }), [], 'dotted capital I is not i')
    t.same(await found({ q: 'IŞIK' }), [], 'capital I is not dotless i')
    t.same(await found({ q: 'IŞık' }), ['istanbul'])
    t.same(await found({ q: 'is' }), ['istanbul'])
  })

  await t.test('Characters that mean something to an engine are plain characters', async t => {
    t.same(await found({ q: '100%' }), ['percent@example.org'])
    t.same(await found({ q: '%' }), [])
    t.same(await found({ q: 'under_' }), ['percent@example.org'])
    t.same(await found({ q: '_' }), [])
    t.same(await found({ q: '.*' }), [])
    t.same(await found({ q: '$ne' }), [])
    t.same(await found({ q: '"' }), [])
    t.same(await found({ q: '\'' }), [])
    t.same(await found({ q: '^k' }), [])
    t.same(await found({ q: '😀' }), ['emoji@example.org'])
    t.same(await found({ q: '\u{10FFFF}' }), ['emoji@example.org'])
    t.same(await found({ q: '\u{10FFFF}\u{10FFFF}' }), ['emoji@example.org'])
    t.same(await found({ q: '\u{10FFFF}\u{10FFFF}\u{10FFFF}' }), [])
    t.same(await found({ q: '\uD7FF' }), ['edge@example.org'])
    t.same(await found({ q: '\uE000' }), ['edge@example.org'])
  })

  await t.test('Counting agrees with listing', async t => {
    for (const filter of [{}, { role: 'manager' }, { disabled: true }, { q: 'kelvin' }, { q: 'kelvin', role: 'admin', disabled: false }, { q: 'zzz' }, { q: '' }] as UserFilter[]) {
      const count = (await found(filter)).length
      t.equal(await users.count(filter), count, JSON.stringify(filter))
      t.same([await users.count(filter, count + 1), await users.count(filter, 1)], [count, Math.min(1, count)])
    }
  })

  await t.test('Rows that stay are told once while others come and go', async t => {
    const told: string[] = []
    for (let after: string | null = null; ;) {
      const page: User[] = await users.page({ after, limit: 2 })
      told.push(...page.map(user => user.id))
      if (page.length < 2) break
      after = page.at(-1)?.id ?? null
      const passing = newUser({ id: `0000-${String(told.length)}` })
      await users.insert(passing)
      if (page[0]?.role === 'client') await users.remove(page[0].id)
    }
    t.same(told.slice(0, everybody.length), everybody.map(user => user.id))
  })

  await t.test('A change of a name moves it in the search', async t => {
    const entry = newUser({ firstName: 'Quentin' })
    await users.insert(entry)
    await users.update(entry.user.id, { firstName: 'Wilhelm', username: 'zwo' }, new Date())
    t.same(await found({ q: 'quentin' }), [])
    t.same(await found({ q: 'WILHELM' }), [entry.user.email])
    t.same(await found({ q: 'Zwo' }), [entry.user.email])
  })
}
