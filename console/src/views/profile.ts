// The own account: details, address, password, and the way out.
import { client, me, updateMe, type View } from '../app.js'
import { openDialog } from '../dialog.js'
import { button, type Child, h } from '../dom.js'
import { form, orNull } from '../form.js'
import { attempt, say } from '../status.js'
import { passwordHint, roleNames, when } from '../words.js'

export function profile (): View {
  return {
    title: 'Profile',
    element: h('section', {},
      h('div', { class: 'head' }, h('h1', {}, 'Profile')),
      h('div', { class: 'cards' }, details(), address(), password(), leave()))
  }
}

function card (title: string, ...contents: Child[]): HTMLElement {
  return h('section', { class: 'sheet' }, h('h2', {}, title), ...contents)
}

function details (): HTMLElement {
  const { firstName, lastName, username, phone, role, createdAt } = me()
  return card('Details',
    h('p', { class: 'quiet' }, roleNames[role], ', since ', when(createdAt)),
    form({
      label: 'Details',
      fields: [
        { name: 'firstName', label: 'First name', value: firstName, autocomplete: 'given-name', maxlength: 100 },
        { name: 'lastName', label: 'Last name', value: lastName, autocomplete: 'family-name', maxlength: 100 },
        { name: 'username', label: 'Username', value: username, autocomplete: 'username', maxlength: 64, hint: '3 or more letters, digits, dots, dashes or underscores.', codes: ['username_taken'] },
        { name: 'phone', label: 'Phone', type: 'tel', value: phone, autocomplete: 'tel', maxlength: 32 }
      ],
      submit: 'Save details',
      async onSubmit (values) {
        const patch = { firstName: orNull(values.firstName), lastName: orNull(values.lastName), username: orNull(values.username), phone: orNull(values.phone) }
        updateMe(await client.profile.update(patch))
        say('Your details are saved.')
      }
    }))
}

function address (): HTMLElement {
  const { email, emailVerified } = me()
  const standing = email === null
    ? h('p', { class: 'quiet' }, 'Without an address you cannot choose a new password when you forget yours.')
    : h('p', {}, h('strong', {}, email), ' ', h('span', { class: `badge ${emailVerified ? 'good' : 'warn'}` }, emailVerified ? 'Confirmed' : 'Not confirmed'))
  return card('E-mail',
    standing,
    email !== null && !emailVerified && button('Send the link again', () => attempt(() => client.email.sendVerification(), 'A mail with a link is on its way.')),
    form({
      label: 'Change e-mail',
      fields: [
        { name: 'email', label: 'New address', type: 'email', required: true, autocomplete: 'email', maxlength: 320 },
        { name: 'password', label: 'Your password', type: 'password', required: true, autocomplete: 'current-password', codes: ['invalid_credentials'] }
      ],
      submit: 'Change address',
      async onSubmit ({ email = '', password = '' }, element) {
        await client.email.change(email, password)
        element.reset()
        say('Follow the link that we have sent to the new address. Until then the old one stays.')
      }
    }))
}

function password (): HTMLElement {
  return card('Password',
    form({
      label: 'Change password',
      fields: [
        { name: 'currentPassword', label: 'Current password', type: 'password', required: true, autocomplete: 'current-password', codes: ['invalid_credentials'] },
        { name: 'newPassword', label: 'New password', type: 'password', required: true, autocomplete: 'new-password', hint: passwordHint('Your other sessions end.'), codes: ['weak_password'] }
      ],
      submit: 'Change password',
      async onSubmit ({ currentPassword = '', newPassword = '' }, element) {
        await client.password.change({ currentPassword, newPassword })
        element.reset()
        say('Your password is changed. Every other session has ended.')
      }
    }))
}

function leave (): HTMLElement {
  return card('Delete the account',
    h('p', {}, 'Your account and its sessions are gone at once and do not come back.'),
    button('Delete my account', () => {
      openDialog('Delete your account?', (close) => [
        h('p', {}, 'This cannot be undone. Your password shows that it is you.'),
        form({
          fields: [{ name: 'password', label: 'Your password', type: 'password', required: true, autocomplete: 'current-password', codes: ['invalid_credentials'] }],
          submit: 'Delete for good',
          kind: 'danger',
          aside: [button('Cancel', close)],
          onSubmit: ({ password = '' }) => client.profile.remove(password)
        })
      ])
    }, { kind: 'danger outline' }))
}
