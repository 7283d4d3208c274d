// One account, for admins: role, standing, sessions, a link to choose a new password, deletion.
import type { UserForAdmin } from '../../../client/src/index.js'
import { client, me, type Place, type View } from '../app.js'
import { confirm } from '../dialog.js'
import { button, h } from '../dom.js'
import { choice } from '../list.js'
import { attempt } from '../status.js'
import { nameOf, roleNames, when } from '../words.js'
import { sessionRow } from './sessions.js'
import { standingOf } from './users.js'

export async function user ({ rest: id, signal }: Place): Promise<View> {
  const [first, sessions] = await Promise.all([client.users.get(id, { signal }), client.users.sessions(id, { signal })])
  const isMine = id === me().id
  const summary = h('div')
  const standing = h('div', { class: 'actions' })
  const list = h('ul', { class: 'rows' })

  function draw (user: UserForAdmin): void {
    summary.replaceChildren(
      h('p', {}, standingOf(user), ' ', user.email ?? 'no address'),
      h('p', { class: 'quiet' }, user.username !== null && `${user.username} · `, 'since ', when(user.createdAt), ' · last sign-in ', when(user.lastLoginAt)))
    standing.replaceChildren(
      choice('Role', Object.entries(roleNames), (role) => {
        const take = (): Promise<void> => update({ role: role as UserForAdmin['role'] }, `${nameOf(user)} is ${roleNames[role as UserForAdmin['role']].toLowerCase()} now.`)
        if (!isMine) return take()
        // One key changes a choice, and the way back is another admin's.
        draw(user)
        standing.querySelector('select')?.focus()
        askMyself('Give up your role?', 'You are no admin any more then. Only another admin can make you one again.', 'Give it up', take)
      }, user.role),
      button(user.disabled ? 'Enable' : 'Disable', () => {
        const take = (): Promise<void> => update({ disabled: !user.disabled }, user.disabled ? 'The account is enabled.' : 'The account is disabled, and its sessions have ended.')
        if (!isMine) return take()
        askMyself('Disable your own account?', 'You are signed out at once. Only another admin can let you in again.', 'Disable it', take)
      }))
  }

  function askMyself (title: string, sentence: string, action: string, act: () => Promise<void>): void {
    confirm(title, sentence, action, async () => {
      await act()
      return true
    })
  }

  function drawSessions (sessions: Awaited<ReturnType<typeof client.users.sessions>>): void {
    list.replaceChildren(...sessions.map((session) => sessionRow(session)))
    if (sessions.length === 0) list.replaceChildren(h('li', { class: 'row quiet' }, 'Signed in nowhere.'))
  }

  async function update (patch: Parameters<typeof client.users.update>[1], sentence: string): Promise<void> {
    const done = await attempt(async () => { await client.users.update(id, patch) }, sentence)
    // Who gave away their own role may not see this page any more; another view asks anew who they are. Else, also after a refusal, the
    // page shows what is.
    if (done && isMine && patch.role !== undefined) location.hash = '#/profile'
    else await attempt(refresh)
  }

  async function refresh (): Promise<void> {
    draw(await client.users.get(id, { signal }))
    drawSessions(await client.users.sessions(id, { signal }))
  }

  async function endAll (): Promise<void> {
    await client.users.endSessions(id)
    drawSessions(await client.users.sessions(id, { signal }))
  }

  function askToDelete (): void {
    confirm(`Delete ${nameOf(first)}?`, 'The account and its sessions are gone at once and do not come back.', 'Delete the account', () => attempt(async () => {
      await client.users.remove(id)
      location.hash = '#/users'
    }, 'The account is deleted.'))
  }

  draw(first)
  drawSessions(sessions)
  return {
    title: nameOf(first),
    element: h('section', { class: 'narrower' },
      h('p', { class: 'crumb' }, h('a', { href: '#/users' }, 'Users')),
      h('div', { class: 'head' }, h('h1', {}, nameOf(first))),
      h('section', { class: 'sheet' }, h('h2', {}, 'Account'), summary, standing,
        h('div', { class: 'actions' },
          first.email !== null && button('Mail a link for a new password', () => attempt(() => client.users.sendPasswordReset(id), 'A mail with a link is on its way.')),
          h('a', { class: 'button plain', href: `#/audit/${id}` }, 'What happened'))),
      h('section', { class: 'sheet' },
        h('div', { class: 'head' }, h('h2', {}, 'Sessions'), button('End all', () => attempt(endAll, 'Every session of the account has ended.'))), list),
      !isMine && h('section', { class: 'sheet' },
        h('h2', {}, 'Delete'),
        h('p', {}, 'There is no way back. Disabling keeps the account, and keeps everybody out.'),
        button('Delete this account', askToDelete, { kind: 'danger outline' })))
  }
}
