// The subjects of all mails: how each is called in the configuration, and what it says where nobody has put it otherwise.

export const subjects = {
  verify: { variable: 'MAIL_SUBJECT_VERIFY', preset: 'Confirm your e-mail address', mail: 'the link that verifies an address' },
  inUse: { variable: 'MAIL_SUBJECT_IN_USE', preset: 'You already have an account', mail: 'word to the owner that somebody gave an address that has an account' },
  reset: { variable: 'MAIL_SUBJECT_RESET', preset: 'Reset your password', mail: 'the link for a forgotten password' },
  resetByAdmin: { variable: 'MAIL_SUBJECT_RESET_BY_ADMIN', preset: 'Choose a new password', mail: 'the link for a new password that an admin asks for' },
  newAddress: { variable: 'MAIL_SUBJECT_NEW_ADDRESS', preset: 'Confirm your new e-mail address', mail: 'the link that confirms another address' },
  addressChange: { variable: 'MAIL_SUBJECT_ADDRESS_CHANGE', preset: 'Your e-mail address is about to change', mail: 'word to the old address' },
  passwordChanged: { variable: 'MAIL_SUBJECT_PASSWORD_CHANGED', preset: 'Your password was changed', mail: 'word of a new password' },
  newSignIn: { variable: 'MAIL_SUBJECT_NEW_SIGN_IN', preset: 'New sign-in to your account', mail: 'word of a sign-in from a new device' }
} as const

export type SubjectName = keyof typeof subjects
export type SubjectVariable = typeof subjects[SubjectName]['variable']
/** `{product}` in one stands for PRODUCT_NAME. */
export type Subjects = Readonly<Record<SubjectName, string>>

/** Of every subject, what `read` answers for its variable. */
export function readSubjects (read: (variable: SubjectVariable) => string): Subjects {
  return Object.fromEntries(Object.entries(subjects).map(([name, { variable }]) => [name, read(variable)])) as Record<SubjectName, string>
}
