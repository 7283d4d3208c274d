// Records to fill stores with: plain ones, each different, with whatever a test wants otherwise.
import { asPasswordHash, type PasswordHash } from '../../../src/passwords/password-hash.js'
import { newId } from '../../../src/ids.js'
import type { AuditEntry, Mail, NewUser, OneTimeToken, Person, Session, SigningKey, User } from '../../../src/stores/stores.js'
import { present } from './engine.js'

export const start = new Date('2026-03-01T12:00:00.123Z')

/** `start` and so many milliseconds. */
export function later (milliseconds: number): Date {
  return new Date(start.getTime() + milliseconds)
}

const minute = 60_000
let made = 0
function different (): string {
  made += 1
  return String(made).padStart(6, '0')
}

export function argonHash (salt = different()): PasswordHash {
  return present(asPasswordHash(`$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHR${salt}$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g`))
}

export function bcryptHash (cost: number): PasswordHash {
  return present(asPasswordHash(`$2b$${String(cost).padStart(2, '0')}$${'N9qo8uLOickgx2ZMRZoMye'}${'IjZAgcfl7p92ldGxad68LJZdL17lhWy'}`))
}

export function sampleUser (otherwise: Partial<User> = {}): User {
  return {
    id: newId(),
    email: `user${different()}@example.org`,
    emailVerified: false,
    username: null,
    firstName: null,
    lastName: null,
    phone: null,
    role: 'client',
    disabled: false,
    createdAt: start,
    updatedAt: start,
    lastLoginAt: null,
    ...otherwise
  }
}

export function newUser (otherwise: Partial<User> = {}, passwordHash: PasswordHash | null = argonHash()): NewUser {
  return { user: sampleUser(otherwise), passwordHash }
}

export function sampleSession (otherwise: Partial<Session> = {}): Session {
  return {
    id: newId(),
    userId: newId(),
    counter: 0,
    createdAt: start,
    lastUsedAt: start,
    rotatedAt: null,
    expiresAt: later(30 * minute),
    maxExpiresAt: later(90 * minute),
    endedAt: null,
    endReason: null,
    ip: '192.0.2.7',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64)',
    ...otherwise
  }
}

export function samplePerson (otherwise: Partial<Person> = {}): Person {
  const id = newId()
  return { id, personId: id, name: `Person ${different()}`, email: null, age: null, createdAt: start, updatedAt: start, version: 1, ...otherwise }
}

export function sampleToken (otherwise: Partial<OneTimeToken> = {}): OneTimeToken {
  return {
    hash: different().padStart(64, 'a'),
    purpose: 'password_reset',
    userId: newId(),
    email: 'somebody@example.org',
    createdAt: start,
    expiresAt: later(30 * minute),
    ...otherwise
  }
}

export function sampleKey (otherwise: Partial<SigningKey> = {}): SigningKey {
  return {
    kid: `thumbprint-${different()}`,
    algorithm: 'EdDSA',
    publicJwk: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
    sealedPrivateJwk: 'sealed',
    createdAt: start,
    signsFrom: later(minute),
    retiresAt: null,
    ...otherwise
  }
}

export function sampleEntry (otherwise: Partial<AuditEntry> = {}): AuditEntry {
  return { id: newId(), at: start, event: 'authn_login_success', userId: null, actorId: null, ip: null, userAgent: null, detail: {}, ...otherwise }
}

export function sampleMail (otherwise: Partial<Mail> = {}): Mail {
  return { id: newId(), sealed: 'sealed message', createdAt: start, attempts: 0, dueAt: start, ...otherwise }
}
