// Making an account.
import { client, type View } from '../app.js'
import { h } from '../dom.js'
import { form, orNull } from '../form.js'
import { gate } from '../gate.js'
import { passwordHint } from '../words.js'

export function register (): View {
  const sent = h('p', { class: 'notice good', role: 'status', hidden: true }, 'Nearly done: follow the link in the mail that we have sent you.')
  return {
    title: 'Create an account',
    element: gate('Create an account', sent,
      form({
        label: 'Create an account',
        fields: [
          { name: 'email', label: 'E-mail', type: 'email', required: true, autocomplete: 'email', maxlength: 320, codes: ['email_taken'] },
          { name: 'password', label: 'Password', type: 'password', required: true, autocomplete: 'new-password', hint: passwordHint('A few words in a row do well.'), codes: ['weak_password'] },
          { name: 'firstName', label: 'First name', autocomplete: 'given-name', maxlength: 100 },
          { name: 'lastName', label: 'Last name', autocomplete: 'family-name', maxlength: 100 }
        ],
        submit: 'Create account',
        async onSubmit ({ email = '', password = '', firstName, lastName }, element) {
          const [first, last] = [orNull(firstName), orNull(lastName)]
          const user = await client.register({ email, password, ...(first !== null && { firstName: first }), ...(last !== null && { lastName: last }) })
          if (user !== null) return
          element.hidden = true
          sent.hidden = false
        }
      }),
      h('p', { class: 'beneath' }, 'Have an account? ', h('a', { href: '#/sign-in' }, 'Sign in')))
  }
}
