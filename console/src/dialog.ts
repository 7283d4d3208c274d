// Dialogs: the browser's own, which keeps the focus inside, closes on Escape and gives the focus back.
import { button, type Child, h, newId } from './dom.js'

export interface Dialog { close (): void }

export function openDialog (title: string, contents: (close: () => void) => Child[]): Dialog {
  const id = newId('dialog')
  const element = h('dialog', { 'aria-labelledby': id, onclose: leave })
  const close = (): void => { element.close() }

  function leave (): void {
    // What is being said stays on the page.
    const status = element.querySelector('#status')
    if (status !== null) document.body.append(status)
    element.remove()
  }

  element.append(h('h2', { id }, title), h('div', {}, ...contents(close)))
  document.body.append(element)
  element.showModal()
  return { close }
}

/** Closes whatever is open, for example when the session ends. */
export function closeDialogs (): void {
  for (const element of document.querySelectorAll('dialog')) element.close()
}

/** Asks before something that cannot be undone. */
export function confirm (title: string, sentence: string, action: string, act: () => Promise<boolean>): void {
  openDialog(title, (close) => [
    h('p', {}, sentence),
    h('div', { class: 'actions' },
      button(action, async () => { if (await act()) close() }, { kind: 'danger' }),
      button('Cancel', close))
  ])
}
