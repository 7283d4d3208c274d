// Says what happened: in a corner for who looks, and in a live region for who listens.
import { GatehouseError } from '../../client/src/index.js'
import { byId, h } from './dom.js'
import { sentenceOf } from './words.js'

const shownFor = 6000
let timer: ReturnType<typeof setTimeout> | undefined

export function say (sentence: string, kind: 'good' | 'bad' = 'good'): void {
  const status = byId('status')
  // An open dialog makes the rest of the page inert, so what is to be heard has to be inside it.
  const place = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body
  if (status.parentElement !== place) place.append(status)
  status.replaceChildren(h('p', { class: `notice ${kind}` }, sentence))
  clearTimeout(timer)
  timer = setTimeout(() => { status.replaceChildren() }, shownFor)
}

/** Runs what a button starts; says what went well, or why it did not. Answers whether it went well. */
export async function attempt (work: () => Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await work()
    if (done !== undefined) say(done)
    return true
  } catch (error) {
    if (error instanceof GatehouseError) {
      // The page is showing the sign-in form by now, and says why.
      if (error.code !== 'unauthorized') say(sentenceOf(error), 'bad')
      return false
    }
    // Another view is shown by now, which wants nothing of it any more.
    if (error instanceof DOMException && error.name === 'AbortError') return false
    throw error
  }
}
