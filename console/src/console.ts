// The console: shows the view that the address names, to who may see it, and follows the session in all tabs.
import { GatehouseError } from '../../client/src/index.js'
import { client, isAtLeast, isKnown, type MakeView, me, onUpdate, setMe, type View } from './app.js'
import { closeDialogs } from './dialog.js'
import { button, byId, h } from './dom.js'
import { say } from './status.js'
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

// Maps, since the names come out of the address: an object knows `constructor` too.
const open = new Map<string, MakeView>([['register', register], ['forgot', forgot]])
const everybody = new Map<string, MakeView>([['persons', persons], ['profile', profile], ['sessions', sessions]])
const admins = new Map<string, MakeView>([['users', users], ['user', user], ['audit', audit]])
const links: ReadonlyArray<readonly [name: string, label: string]> = [['persons', 'Persons'], ['profile', 'Profile'], ['sessions', 'Sessions'], ['users', 'Users'], ['audit', 'Audit log']]

/** The title that the page comes with. */
const productName = document.title
let shown = new AbortController()
let visits = 0
/** Settles when the end of the last session has been said. */
let told = Promise.resolve()

/** `#/user/ID` → the view `user` and ID. */
function address (): [name: string, rest: string] {
  const [name = '', ...rest] = location.hash.replace(/^#\/?/, '').split('/')
  return [name, rest.join('/')]
}

function viewFor (name: string): MakeView {
  if (!client.signedIn) return open.get(name) ?? signIn
  return everybody.get(name) ?? (isAtLeast('admin') ? admins.get(name) : undefined) ?? persons
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
  who.hidden = !client.signedIn
  // Where the service has not said yet who that is, there is no more to do than to try again, or to leave.
  nav.hidden = !client.signedIn || !isKnown()
  const leave = button('Sign out', signOut, { kind: 'quiet' })
  if (nav.hidden) {
    nav.replaceChildren()
    who.replaceChildren(leave)
    return
  }
  const here = name === 'user' ? 'users' : viewFor(name) === persons ? 'persons' : name
  const visible = links.filter(([link]) => everybody.has(link) || isAtLeast('admin'))
  nav.replaceChildren(...visible.map(([link, label]) => h('a', { href: `#/${link}`, 'aria-current': link === here ? 'page' : undefined }, label)))
  who.replaceChildren(
    h('span', { class: 'name' }, nameOf(me()), h('span', { class: 'role' }, roleNames[me().role])),
    leave
  )
}

async function signOut (): Promise<void> {
  try {
    await client.logout()
  } catch (error) {
    if (!(error instanceof GatehouseError)) throw error
    await told
    say('You are signed out here. The service did not hear of it: there the session goes on until it expires.', 'bad')
  }
}

addEventListener('hashchange', () => { void show() })
onUpdate(drawHeader)
client.onSignedIn(() => {
  setMe(undefined)
  void show().then(() => { if (isKnown()) say(`Welcome, ${nameOf(me())}.`) })
})
client.onSignedOut((reason) => {
  setMe(undefined)
  told = show().then(() => { say(endingOf(reason)) })
})
byId('skip').addEventListener('click', (event) => {
  event.preventDefault()
  byId('main').focus()
})
void show()
