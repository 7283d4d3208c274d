// Signing in, with an e-mail address or a username.
import { client, type View } from '../app.js'
import { h } from '../dom.js'
import { form } from '../form.js'
import { gate } from '../gate.js'

export function signIn (): View {
  return {
    title: 'Sign in',
    element: gate('Sign in',
      form({
        label: 'Sign in',
        fields: [
          { name: 'name', label: 'E-mail or username', required: true, autocomplete: 'username', maxlength: 320 },
          { name: 'password', label: 'Password', type: 'password', required: true, autocomplete: 'current-password' }
        ],
        submit: 'Sign in',
        aside: [h('a', { href: '#/forgot' }, 'Forgot your password?')],
        // What follows is the client's: it tells every tab.
        async onSubmit ({ name = '', password = '' }) {
          await client.login(name.includes('@') ? { email: name.trim(), password } : { username: name.trim(), password })
        }
      }),
      h('p', { class: 'beneath' }, 'No account yet? ', h('a', { href: '#/register' }, 'Create one')))
  }
}
