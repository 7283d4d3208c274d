// Words for people: refusals, times, devices, events.
import type { EndReason, GatehouseError, User } from '../../client/src/index.js'
import { h } from './dom.js'

const refusals: Record<string, string> = {
  network_error: 'The service cannot be reached. Check your connection and try again.',
  unexpected_answer: 'Something else than the service has answered. Try again in a moment.',
  invalid_credentials: 'The name or the password is not right.',
  account_disabled: 'This account is disabled. Ask an admin.',
  email_not_verified: 'Confirm your address first: follow the link in the mail that we sent you.',
  email_taken: 'There is an account with this address already.',
  username_taken: 'Somebody has this username already.',
  person_id_taken: 'Another person has this ID already.',
  weak_password: 'Choose a longer or less common password.',
  token_invalid: 'This link has expired or was used already. Ask for a new one.',
  version_mismatch: 'Somebody else has changed this meanwhile. Look at it again.',
  last_admin: 'This is the last admin. Make somebody else an admin first.',
  forbidden: 'Your role does not allow this.',
  not_found: 'This is not there any more.',
  validation_failed: 'Some of the entries are not right.',
  store_unavailable: 'The service is having trouble with its database. Try again in a moment.',
  busy: 'The service is very busy. Try again in a moment.'
}

export function sentenceOf (error: GatehouseError): string {
  if (error.code === 'too_many_attempts') return `Too many tries. Wait ${duration(error.retryAfter ?? 60)} and try again.`
  if (error.code === 'invalid_credentials' && error.status === 403) return 'The password is not right.'
  return refusals[error.code] ?? error.message
}

const endings: Record<EndReason, string> = {
  logged_out: 'You are signed out.',
  refresh_expired: 'You were away for long. Sign in again.',
  refresh_invalid: 'Sign in again.',
  refresh_reused: 'Your session was ended for safety: its key was used in two places. Sign in again.',
  session_revoked: 'Your session was ended. Sign in again.'
}

export function endingOf (reason: EndReason): string {
  return endings[reason]
}

/** How long a password has to be is set by the service, which writes it into its pages. */
export function passwordHint (advice: string): string {
  return `At least ${document.querySelector<HTMLMetaElement>('meta[name="password-min-length"]')?.content ?? '8'} characters. ${advice}`
}

export function duration (seconds: number): string {
  if (seconds <= 1) return '1 second'
  if (seconds < 90) return `${Math.ceil(seconds)} seconds`
  if (seconds < 5400) return `${Math.ceil(seconds / 60)} minutes`
  return `${Math.ceil(seconds / 3600)} hours`
}

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium' })
const exact = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' })
const steps: ReadonlyArray<readonly [limit: number, seconds: number, unit: Intl.RelativeTimeFormatUnit]> = [[60, 1, 'second'], [3600, 60, 'minute'], [86_400, 3600, 'hour'], [604_800, 86_400, 'day']]

/** A time as people say it; exactly where the pointer rests. */
export function when (time: string | null): HTMLElement {
  if (time === null) return h('span', { class: 'quiet' }, 'never')
  const date = new Date(time)
  const seconds = (date.getTime() - Date.now()) / 1000
  const step = steps.find(([limit]) => Math.abs(seconds) < limit)
  const text = Math.abs(seconds) < 5 ? 'just now' : step === undefined ? day.format(date) : relative.format(Math.trunc(seconds / step[1]), step[2])
  return h('time', { datetime: time, title: exact.format(date) }, text)
}

export function exactly (time: string): HTMLElement {
  return h('time', { datetime: time }, exact.format(new Date(time)))
}

// In this order: most browsers also claim to be the ones further down.
const browsers = [['Edg/', 'Edge'], ['OPR/', 'Opera'], ['Firefox/', 'Firefox'], ['Chrome/', 'Chrome'], ['Safari/', 'Safari'], ['Dart/', 'Flutter app'], ['okhttp/', 'Android app'], ['node', 'Node.js']] as const
const systems = [['Android', 'Android'], ['iPhone', 'iPhone'], ['iPad', 'iPad'], ['Windows', 'Windows'], ['Mac OS X', 'macOS'], ['CrOS', 'ChromeOS'], ['Linux', 'Linux']] as const

/** Browser and system, as far as a user agent gives them away. */
export function deviceOf (userAgent: string | null): string {
  if (userAgent === null) return 'Unknown device'
  const browser = browsers.find(([token]) => userAgent.includes(token))?.[1] ?? userAgent.split(/[\s/]/)[0] ?? userAgent
  const system = systems.find(([token]) => userAgent.includes(token))?.[1]
  return system === undefined ? browser : `${browser} on ${system}`
}

export function nameOf ({ firstName, lastName, username, email }: Pick<User, 'firstName' | 'lastName' | 'username' | 'email'>): string {
  const whole = [firstName, lastName].filter((part) => part !== null).join(' ')
  return whole !== '' ? whole : username ?? email ?? 'Nameless'
}

export const roleNames: Record<User['role'], string> = { client: 'Client', manager: 'Manager', admin: 'Admin' }

const events: Record<string, string> = {
  authn_login_success: 'Signed in',
  authn_login_fail: 'Sign-in failed',
  authn_login_lock: 'Sign-in locked',
  authn_token_created: 'Link mailed',
  authn_token_reuse: 'Token used twice',
  authn_token_revoked: 'Session ended',
  authn_password_change: 'Password changed',
  authn_password_change_fail: 'Password change failed',
  authz_fail: 'Not allowed',
  authz_admin: 'Done by an admin',
  authz_change: 'Role changed',
  user_created: 'Account made',
  user_updated: 'Account changed',
  user_update_fail: 'Account change failed',
  user_deleted: 'Account deleted'
}

/** The OWASP vocabulary in plain words; what is not known here is shown without its family, `authn_some_thing` → `Some thing`. */
export function eventName (event: string): string {
  const known = events[event]
  if (known !== undefined) return known
  const words = event.replace(/^(authn|authz)_/, '').replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
