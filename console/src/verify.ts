// The page of the link in the mail about an address. It waits for a press of the button: mail scanners open links and run scripts.
import { createClient, memoryStorage } from '../../client/src/index.js'
import { byId, h } from './dom.js'
import { form } from './form.js'
import { takeToken } from './fragment.js'
import { gate } from './gate.js'

const token = takeToken()
const client = createClient({ baseUrl: new URL('..', import.meta.url).href, storage: memoryStorage() })
const home = h('p', { class: 'beneath' }, h('a', { href: './' }, 'Go to the console'))

const confirm = form({
  label: 'Confirm your address',
  fields: [],
  submit: 'Confirm this address',
  async onSubmit () {
    await client.email.verify(token)
    byId('main').replaceChildren(gate('Your address is confirmed', h('p', { role: 'status' }, 'Thank you. There is nothing else to do.'), home))
  }
})

byId('main').className = 'outside'
byId('main').replaceChildren(token === ''
  ? gate('This link is not whole', h('p', {}, 'Open the link in the mail again, or ask for a new one in your profile.'), home)
  : gate('Confirm your address', h('p', {}, 'One press, and we know that this address is yours.'), confirm, home))
