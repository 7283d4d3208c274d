// The page of the link in the mail about a forgotten password.
import { createClient, memoryStorage } from '../../client/src/index.js'
import { byId, h } from './dom.js'
import { form } from './form.js'
import { takeToken } from './fragment.js'
import { gate } from './gate.js'
import { passwordHint } from './words.js'

const token = takeToken()
const client = createClient({ baseUrl: new URL('..', import.meta.url).href, storage: memoryStorage() })
const home = h('p', { class: 'beneath' }, h('a', { href: './' }, 'Go to signing in'))
const another = h('p', { class: 'beneath' }, h('a', { href: './#/forgot' }, 'Ask for a new link'))

function done (): void {
  byId('main').replaceChildren(gate('Your password is changed', h('p', { role: 'status' }, 'Every session of your account has been ended. Sign in with the new password.'), home))
}

const choose = form({
  label: 'Choose a new password',
  fields: [{ name: 'password', label: 'New password', type: 'password', required: true, autocomplete: 'new-password', hint: passwordHint('A few words in a row do well.'), codes: ['weak_password'] }],
  submit: 'Change password',
  async onSubmit ({ password = '' }) {
    await client.password.reset(token, password)
    done()
  }
})

byId('main').className = 'outside'
byId('main').replaceChildren(token === ''
  ? gate('This link is not whole', h('p', {}, 'Open the link in the mail again, or ask for a new one.'), another)
  : gate('Choose a new password', choose, home, another))
