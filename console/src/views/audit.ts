// The audit log, for admins: what happened, newest first, and how sign-ins went in the last two weeks.
import type { AuditEntry, ListAuditQuery } from '../../../client/src/index.js'
import { client, type Place, type View } from '../app.js'
import { chart, countByDay, days } from '../chart.js'
import { type Child, h } from '../dom.js'
import { choice, pagedList } from '../list.js'
import { deviceOf, eventName, exactly, nameOf } from '../words.js'

const pageSize = 25
/** The chart is a glance, not a report: it stops counting here. */
const mostCounted = 2000
const events = ['authn_login_success', 'authn_login_fail', 'authn_token_reuse', 'authn_token_revoked', 'authn_password_change', 'authz_fail', 'user_created', 'user_updated', 'user_deleted']

export async function audit ({ rest: userId, signal }: Place): Promise<View> {
  const about = userId === '' ? {} : { userId }
  const since = days(14)[0]?.toISOString() ?? ''
  const [names, ins, fails] = await Promise.all([
    namesOf(signal),
    times({ ...about, event: 'authn_login_success', since }, signal),
    times({ ...about, event: 'authn_login_fail', since }, signal)
  ])
  let event: string | undefined

  const whose = (id: string | null): Child => id === 'operator' ? 'the operator' : id === null ? h('span', { class: 'quiet' }, 'nobody') : h('a', { href: `#/user/${id}` }, names.get(id) ?? `…${id.slice(-6)}`)
  const list = pagedList<AuditEntry, ListAuditQuery & { sort?: string }>({
    label: 'Audit log',
    columns: [
      { label: 'When', cell: ({ at }) => exactly(at) },
      { label: 'Event', cell: (entry) => [h('span', { class: `event ${/fail|reuse/.test(entry.event) ? 'bad' : ''}`, title: entry.event }, eventName(entry.event)), h('span', { class: 'under quiet' }, detailOf(entry))] },
      { label: 'Account', cell: ({ userId, actorId }) => [whose(userId), actorId !== null && actorId !== userId && h('span', { class: 'under quiet' }, 'by ', whose(actorId))] },
      { label: 'From', kind: 'wide', cell: ({ ip, userAgent }) => [h('span', {}, ip ?? '–'), userAgent !== null && h('span', { class: 'under quiet' }, deviceOf(userAgent))] }
    ],
    query: { limit: pageSize, ...about },
    nothing: 'Nothing of that kind has happened.',
    signal,
    load: ({ sort: _sort, ...query }, options) => client.audit.list({ ...query, ...(event !== undefined && { event }) }, options)
  })

  await list.reload()
  return {
    title: 'Audit log',
    element: h('section', {},
      h('div', { class: 'head' }, h('h1', {}, 'Audit log')),
      userId !== '' && h('p', { class: 'lead' }, 'About ', whose(userId), ' only. ', h('a', { href: '#/audit' }, 'Show all')),
      chart('Sign-ins by day', countByDay(ins), countByDay(fails)),
      h('div', { class: 'tools' }, choice('Event', [['', 'Any'], ...events.map((name) => [name, eventName(name)] as const)], (value) => {
        event = value === '' ? undefined : value
        void list.change({})
      })),
      list.element)
  }
}

/** What people call the accounts, as far as one page of them goes. */
async function namesOf (signal: AbortSignal): Promise<Map<string, string>> {
  const { items } = await client.users.list({ limit: 200 }, { signal })
  return new Map(items.map((user) => [user.id, nameOf(user)]))
}

async function times (query: ListAuditQuery, signal: AbortSignal): Promise<Date[]> {
  const found: Date[] = []
  for await (const { at } of client.audit.all({ ...query, limit: 200 }, { signal })) if (found.push(new Date(at)) >= mostCounted) break
  return found
}

function detailOf ({ detail }: AuditEntry): string {
  return Object.entries(detail).filter(([name]) => !/Id$/.test(name)).map(([name, value]) => `${name}: ${String(value)}`).join(', ')
}
