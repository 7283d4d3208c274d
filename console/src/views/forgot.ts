// Asking for a link to choose a new password. What the page says does not tell whether the account exists.
import { client, type View } from '../app.js'
import { h } from '../dom.js'
import { form } from '../form.js'
import { gate } from '../gate.js'

export function forgot (): View {
  const sent = h('p', { class: 'notice good', role: 'status', hidden: true }, 'If there is an account with this address, a mail with a link is on its way.')
  return {
    title: 'Forgot your password?',
    element: gate('Forgot your password?', sent,
      form({
        label: 'Forgot your password?',
        fields: [{ name: 'email', label: 'E-mail', type: 'email', required: true, autocomplete: 'email', maxlength: 320, hint: 'We send a link with which you choose a new one.' }],
        submit: 'Send the link',
        async onSubmit ({ email = '' }, element) {
          await client.password.forgot(email)
          element.hidden = true
          sent.hidden = false
        }
      }),
      h('p', { class: 'beneath' }, h('a', { href: '#/sign-in' }, 'Back to signing in')))
  }
}
