// The console: shows the view that the address names, to who may see it, and follows the session in all tabs.
import { GatehouseError } from '../../client/src/index.js'
import { client, isAtLeast, type MakeView, me, setMe, type View } from './app.js'
import { closeDialogs } from './dialog.js'
import { button, byId, h } from './dom.js'
import { attempt, say } from './status.js'
import { audit } from './views/audit.js'
import { forgot } from './views/forgot.js'
import { persons } from './views/persons.js'
import { profile } from './views/profile.js'
import { register } from './views/register.js'
import { sessions } from './views/sessions.js'
import { signIn } from './views/sign-in.js'
import { user } from './views/user.js'
import { users } from './views/users.js'
import { endingOf, nameOf, roleNames, sentenceOf } from './words.js'

const open: Record<string, MakeView> = { register, forgot }
const everybody: Record<string, MakeView> = { persons, profile, sessions }
const admins: Record<string, MakeView> = { users, user, audit }
const links: ReadonlyArray<readonly [name: string, label: string]> = [['persons', 'Persons'], ['profile', 'Profile'], ['sessions', 'Sessions'], ['users', 'Users'], ['audit', 'Audit log']]

/** The title that the page comes with. */
const productName = document.title
let shown = new AbortController()
let visits = 0

/** `#/user/ID` → the view `user` and ID. */
function address (): [name: string, rest: string] {
  const [name = '', ...rest] = location.hash.replace(/^#\/?/, '').split('/')
  return [name, rest.join('/')]
}

function viewFor (name: string): MakeView {
  if (!client.signedIn) return open[name] ?? signIn
  return everybody[name] ?? (isAtLeast('admin') ? admins[name] : undefined) ?? persons
}

async function show (): Promise<void> {
  shown.abort()
  const { signal } = shown = new AbortController()
  const main = byId('main')
  main.setAttribute('aria-busy', 'true')
  closeDialogs()
  const view = await make(signal)
  if (signal.aborted) return
  drawHeader()
  main.removeAttribute('aria-busy')
  main.className = client.signedIn ? '' : 'outside'
  main.replaceChildren(view.element)
  document.title = `${view.title} · ${productName}`
  visits += 1
  // Who changes the view by keyboard or with a screen reader goes on at its heading; the first view leaves the focus where it is.
  const heading = main.querySelector<HTMLElement>('h1')
  heading?.setAttribute('tabindex', '-1')
  if (visits > 1) heading?.focus()
}

async function make (signal: AbortSignal): Promise<View> {
  try {
    if (client.signedIn) setMe(await client.profile.get({ signal }))
    const [name, rest] = address()
    return await viewFor(name)({ rest, signal })
  } catch (error) {
    if (signal.aborted || !(error instanceof GatehouseError)) return trouble('')
    return error.code === 'unauthorized' ? signIn() : trouble(sentenceOf(error))
  }
}

function trouble (sentence: string): View {
  return {
    title: 'Trouble',
    element: h('section', { class: 'sheet narrow' }, h('h1', {}, 'That did not work'), h('p', {}, sentence), h('div', { class: 'actions' }, button('Try again', show, { kind: 'primary' })))
  }
}

function drawHeader (): void {
  const nav = byId('nav')
  const who = byId('who')
  const [name] = address()
  nav.hidden = who.hidden = !client.signedIn
  if (!client.signedIn) {
    nav.replaceChildren()
    who.replaceChildren()
    return
  }
  const here = name === 'user' ? 'users' : viewFor(name) === persons ? 'persons' : name
  const visible = links.filter(([link]) => link in everybody || isAtLeast('admin'))
  nav.replaceChildren(...visible.map(([link, label]) => h('a', { href: `#/${link}`, 'aria-current': link === here ? 'page' : undefined }, label)))
  who.replaceChildren(
    h('span', { class: 'name' }, nameOf(me()), h('span', { class: 'role' }, roleNames[me().role])),
    button('Sign out', () => attempt(() => client.logout()), { kind: 'quiet' })
  )
}

addEventListener('hashchange', () => { void show() })
client.onSignedIn(() => { void show().then(() => { say(`Welcome, ${nameOf(me())}.`) }) })
client.onSignedOut((reason) => {
  setMe(undefined)
  void show().then(() => { say(endingOf(reason)) })
})
byId('skip').addEventListener('click', (event) => {
  event.preventDefault()
  byId('main').focus()
})
void show()
