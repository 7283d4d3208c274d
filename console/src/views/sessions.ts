// Where the account is signed in, and ending that.
import type { Session } from '../../../client/src/index.js'
import { client, type Place, type View } from '../app.js'
import { button, h } from '../dom.js'
import { attempt } from '../status.js'
import { deviceOf, when } from '../words.js'

export async function sessions ({ signal }: Place): Promise<View> {
  const list = h('ul', { class: 'rows' })
  const others = h('div', { class: 'actions' })

  async function draw (): Promise<void> {
    const live = await client.sessions.list({ signal })
    list.replaceChildren(...live.map((session) => sessionRow(session, end(session))))
    others.replaceChildren(...(live.length < 2 ? [] : [button('End all others', () => attempt(endOthers, 'Every other session has ended.'))]))
  }

  async function endOthers (): Promise<void> {
    await client.sessions.endOthers()
    await draw()
  }

  function end (session: Session): HTMLElement {
    const label = session.current ? 'End this session: signs you out' : `End the session ${deviceOf(session.userAgent)}`
    return button('End', () => attempt(async () => {
      await client.sessions.end(session.id)
      if (session.current) return
      await draw()
      list.closest('section')?.querySelector<HTMLElement>('h1')?.focus()
    }, session.current ? undefined : 'The session has ended.'), { 'aria-label': label })
  }

  await draw()
  return {
    title: 'Sessions',
    element: h('section', { class: 'narrower' },
      h('div', { class: 'head' }, h('h1', {}, 'Sessions'), others),
      h('p', { class: 'lead' }, 'Every place where your account is signed in. End what you do not know.'),
      list)
  }
}

/** A session as a row, with what can be done about it. */
export function sessionRow (session: Session, action?: HTMLElement): HTMLElement {
  return h('li', { class: 'row' },
    h('div', {},
      h('p', { class: 'main' }, deviceOf(session.userAgent), session.current && h('span', { class: 'badge good' }, 'This one')),
      h('p', { class: 'quiet' }, session.ip ?? 'unknown address', ' · used ', when(session.lastUsedAt), ' · since ', when(session.createdAt))),
    action)
}
