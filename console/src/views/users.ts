// The accounts, for admins.
import type { ListUsersQuery, UserForAdmin } from '../../../client/src/index.js'
import { client, type Place, type View } from '../app.js'
import { type Child, h } from '../dom.js'
import { choice, pagedList, searchField } from '../list.js'
import { nameOf, roleNames, when } from '../words.js'

const pageSize = 20

export function standingOf ({ disabled, emailVerified, email }: UserForAdmin): Child {
  if (disabled) return h('span', { class: 'badge bad' }, 'Disabled')
  if (email !== null && !emailVerified) return h('span', { class: 'badge warn' }, 'Not confirmed')
  return h('span', { class: 'badge good' }, 'Active')
}

export async function users ({ signal }: Place): Promise<View> {
  // The API takes a member away by leaving it out, so the filters are kept here.
  let filters: Pick<ListUsersQuery, 'role' | 'disabled'> = {}
  const list = pagedList<UserForAdmin, Omit<ListUsersQuery, 'role' | 'disabled'> & { sort?: string }>({
    label: 'Users',
    columns: [
      { label: 'Account', cell: (user) => [h('a', { class: 'main', href: `#/user/${user.id}` }, nameOf(user)), h('span', { class: 'under quiet' }, user.email ?? user.username)] },
      { label: 'Role', cell: ({ role }) => roleNames[role] },
      { label: 'Standing', kind: 'wide', cell: standingOf },
      { label: 'Last sign-in', kind: 'wide', cell: ({ lastLoginAt }) => when(lastLoginAt) }
    ],
    query: { limit: pageSize, total: true },
    nothing: 'No account is like that.',
    signal,
    load: ({ sort: _sort, ...query }, options) => client.users.list({ ...query, ...filters }, options)
  })

  function filter (part: typeof filters, ...gone: Array<keyof typeof filters>): void {
    filters = Object.fromEntries(Object.entries({ ...filters, ...part }).filter(([name]) => !gone.includes(name as keyof typeof filters)))
    void list.change({})
  }

  await list.reload()
  return {
    title: 'Users',
    element: h('section', {},
      h('div', { class: 'head' }, h('h1', {}, 'Users')),
      h('div', { class: 'tools' },
        searchField('Search addresses and names', (q) => { void list.change({ q }) }),
        choice('Role', [['', 'Any'], ...Object.entries(roleNames)], (role) => { if (role === '') filter({}, 'role'); else filter({ role: role as UserForAdmin['role'] }) }),
        choice('Standing', [['', 'Any'], ['false', 'Active'], ['true', 'Disabled']], (disabled) => { if (disabled === '') filter({}, 'disabled'); else filter({ disabled: disabled === 'true' }) })),
      list.element)
  }
}
