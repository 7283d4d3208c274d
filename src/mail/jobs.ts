// What is kept of a mail until it is sent: not its text but what it is about. The text, the link and the recipient are made out of
// the store as it is then, and where the cause is not there the mail is dropped (compose.ts).

import type { Device } from '../audit.js'

export type MailJob =
  /** Confirm an address. Where the account is not there but one with this address is, its owner is told, if `orTellOwner`. */
  | { kind: 'verification', userId: string, email: string, orTellOwner: boolean }
  /** Somebody forgot a password; whether the address has an account is looked up when sending. */
  | { kind: 'forgot', email: string, device?: Device }
  | { kind: 'admin_reset', userId: string, passwordVersion: number }
  /** Confirm a new address, while no other has been named since: `wish` is what the counter under `addressWishes` said when it was. */
  | { kind: 'email_change', userId: string, email: string, passwordVersion: number, wish: number }
  /** To the old address `to`. */
  | { kind: 'email_change_notice', userId: string, to: string, newAddress: string, at: number }
  /** Sent once the account's passwordVersion is `passwordVersion` or more. */
  | { kind: 'password_changed', userId: string, passwordVersion: number, at: number }
  /** Sent if the session is there. */
  | { kind: 'new_device', userId: string, sessionId: string, program: string, ip: string | null, at: number }

/** Under which it is counted how often an account has named another address. */
export const addressWishes = (userId: string): string => `email-change/${userId}`

export type MailKind = MailJob['kind']
