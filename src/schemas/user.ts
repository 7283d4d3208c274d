// An account as the API shows it, and the bodies that make and change one.
import { type Static, Type } from '@sinclair/typebox'
import type { User } from '../stores/stores.js'
import { Email, GivenPassword, Id, NewPassword, Nullable, PersonName, Phone, RoleName, Timestamp, Username } from './fields.js'

export const UserView = Type.Object({
  id: Id,
  email: Nullable(Email),
  emailVerified: Type.Boolean(),
  username: Nullable(Username),
  firstName: Nullable(PersonName),
  lastName: Nullable(PersonName),
  phone: Nullable(Phone),
  role: RoleName,
  createdAt: Timestamp,
  updatedAt: Timestamp,
  lastLoginAt: Nullable(Timestamp)
}, { $id: 'User', additionalProperties: false, description: 'An account' })

/** The account in the form of the contract: no hash, no secret. */
export function presentUser (user: User): Static<typeof UserView> {
  return {
    id: user.id,
    email: user.email,
    emailVerified: user.emailVerified,
    username: user.username,
    firstName: user.firstName,
    lastName: user.lastName,
    phone: user.phone,
    role: user.role,
    createdAt: user.createdAt.toISOString(),
    updatedAt: user.updatedAt.toISOString(),
    lastLoginAt: user.lastLoginAt?.toISOString() ?? null
  }
}

export const Registration = Type.Object({
  email: Email,
  password: NewPassword,
  username: Type.Optional(Username),
  firstName: Type.Optional(PersonName),
  lastName: Type.Optional(PersonName),
  phone: Type.Optional(Phone)
}, { $id: 'Registration', additionalProperties: false, examples: [{ email: 'ada@example.com', password: 'correct horse battery staple', firstName: 'Ada', lastName: 'Lovelace' }] })

export const Login = Type.Object({
  email: Type.Optional(Email),
  username: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  password: GivenPassword
}, {
  $id: 'Login',
  additionalProperties: false,
  oneOf: [{ required: ['email'] }, { required: ['username'] }],
  description: 'The password with either the e-mail or the username',
  examples: [{ email: 'ada@example.com', password: 'correct horse battery staple' }, { username: 'ada', password: 'correct horse battery staple' }]
})

export const ProfilePatch = Type.Object({
  username: Type.Optional(Nullable(Username)),
  firstName: Type.Optional(Nullable(PersonName)),
  lastName: Type.Optional(Nullable(PersonName)),
  phone: Type.Optional(Nullable(Phone))
}, { $id: 'ProfilePatch', additionalProperties: false, description: '`null` removes', examples: [{ firstName: 'Ada', phone: null }] })

export const PasswordChange = Type.Object({
  currentPassword: GivenPassword,
  newPassword: NewPassword
}, { $id: 'PasswordChange', additionalProperties: false, examples: [{ currentPassword: 'correct horse battery staple', newPassword: 'staple the battery to the horse' }] })

export const PasswordProof = Type.Object({ password: GivenPassword }, { $id: 'PasswordProof', additionalProperties: false, examples: [{ password: 'correct horse battery staple' }] })
