// The collections and all their indexes, as data; put in place at every start, which changes nothing where they are there.
import type { Db, IndexDescription, IndexDirection } from 'mongodb'

export const names = {
  users: 'users',
  sessions: 'sessions',
  persons: 'persons',
  oneTimeTokens: 'one_time_tokens',
  signingKeys: 'signing_keys',
  audit: 'audit',
  mails: 'mails',
  counters: 'counters',
  guards: 'guards'
} as const

type Collection = typeof names[keyof typeof names]
type Keys = Record<string, IndexDirection>
interface IndexRow {
  on: Collection
  name: string
  keys: Keys
  unique?: true
  /** Of documents that have a member of `keys`. */
  sparse?: true
  /** Of documents that have this member. */
  only?: string
  /** In seconds. */
  ttl?: number
}

// A net (`ttl`, in seconds) under `sweep` for what every instance forgot. Expiry is decided by the clock of the service, not of the
// server: the week keeps the two from disagreeing about anything that lives. Sessions are what devices are known by for 90 days.
const day = 24 * 3600
const week = 7 * day

// Optional members are left out of the document where they are unset, so a sparse unique index lets any number of them be.
// Order by id stays ascending whichever way the first key runs, hence one index a direction.
export const indexRows: readonly IndexRow[] = [
  { on: 'users', name: 'email_unique', keys: { email: 1 }, unique: true, sparse: true },
  { on: 'users', name: 'username_unique', keys: { usernameKey: 1 }, unique: true, sparse: true },
  { on: 'users', name: 'first_name', keys: { firstNameKey: 1 }, sparse: true },
  { on: 'users', name: 'last_name', keys: { lastNameKey: 1 }, sparse: true },
  { on: 'users', name: 'role', keys: { role: 1, _id: 1 } },
  { on: 'users', name: 'disabled', keys: { disabled: 1, _id: 1 } },
  { on: 'users', name: 'bcrypt_cost', keys: { bcryptCost: 1 }, sparse: true },
  { on: 'users', name: 'argon2_work', keys: { argon2Work: 1 }, sparse: true },
  { on: 'users', name: 'role_record', keys: { roleRecordedAt: 1, _id: 1 }, only: 'roleRecordedAt' },
  { on: 'sessions', name: 'user_last_used', keys: { userId: 1, lastUsedAt: -1, _id: -1 } },
  { on: 'sessions', name: 'device', keys: { userId: 1, userAgent: 1 } },
  { on: 'sessions', name: 'end_record', keys: { endRecordedAt: 1, _id: 1 }, only: 'endRecordedAt' },
  { on: 'sessions', name: 'ended', keys: { endedAt: 1 }, sparse: true },
  { on: 'sessions', name: 'idle_end', keys: { idleExpiresAt: 1 } },
  { on: 'sessions', name: 'absolute_end', keys: { maxExpiresAt: 1 }, ttl: 90 * day + week },
  { on: 'persons', name: 'person_id_unique', keys: { personId: 1 }, unique: true },
  { on: 'persons', name: 'person_id_key', keys: { personIdKey: 1 } },
  { on: 'persons', name: 'email', keys: { emailKey: 1 }, sparse: true },
  { on: 'persons', name: 'name_up', keys: { nameKey: 1, _id: 1 } },
  { on: 'persons', name: 'name_down', keys: { nameKey: -1, _id: 1 } },
  { on: 'persons', name: 'age_up', keys: { ageUp: 1, _id: 1 } },
  { on: 'persons', name: 'age_down', keys: { ageDown: -1, _id: 1 } },
  { on: 'persons', name: 'created_up', keys: { createdAt: 1, _id: 1 } },
  { on: 'persons', name: 'created_down', keys: { createdAt: -1, _id: 1 } },
  { on: 'one_time_tokens', name: 'user_purpose', keys: { userId: 1, purpose: 1 } },
  { on: 'one_time_tokens', name: 'end', keys: { expiresAt: 1 }, ttl: week },
  { on: 'audit', name: 'user', keys: { userId: 1, _id: -1 } },
  { on: 'audit', name: 'event', keys: { event: 1, _id: -1 } },
  { on: 'audit', name: 'at', keys: { at: 1 } },
  { on: 'mails', name: 'due', keys: { dueAt: 1, _id: 1 } },
  { on: 'counters', name: 'end', keys: { expiresAt: 1 }, ttl: week }
]

export function describe ({ name, keys, unique, sparse, only, ttl }: IndexRow, expires: boolean): IndexDescription {
  return {
    name,
    key: keys,
    ...(unique && { unique }),
    ...(sparse && { sparse }),
    ...(only !== undefined && { partialFilterExpression: { [only]: { $exists: true } } }),
    ...(ttl !== undefined && expires && { expireAfterSeconds: ttl })
  }
}

/** Puts all indexes in place. Any number of processes may do so at once. `expires: false` leaves the TTL out (tests with a clock of their own). */
export async function ensureIndexes (db: Db, expires: boolean): Promise<void> {
  // A build may outlast the time-out of this socket: it goes on in the server, and the next try finds it done or joins it.
  for (const collection of new Set(indexRows.map(row => row.on))) {
    const rows = indexRows.filter(row => row.on === collection)
    await db.collection(collection).createIndexes(rows.map(row => describe(row, expires)))
  }
}
