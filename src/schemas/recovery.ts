// The bodies of what goes by mail: asking for a link, and using one.
import { Type } from '@sinclair/typebox'
import { Email, GivenPassword, NewPassword } from './fields.js'

const token = Type.String({ minLength: 1, maxLength: 256, description: 'What stands behind `#token=` in the link', examples: ['yKu3Zy3xw9Kq1Sx1lTgRkq2uU9l3vYk8m0nqf7Tj5bQ'] })

export const ForgotPassword = Type.Object({ email: Email }, { $id: 'ForgotPassword', additionalProperties: false })
export const PasswordReset = Type.Object({ token, password: NewPassword }, { $id: 'PasswordReset', additionalProperties: false })
export const EmailProof = Type.Object({ token }, { $id: 'EmailProof', additionalProperties: false })
export const EmailChange = Type.Object({ email: Email, password: GivenPassword }, { $id: 'EmailChange', additionalProperties: false })
