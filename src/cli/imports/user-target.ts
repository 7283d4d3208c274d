// Accounts as a target of imports.
import type { FieldMap } from '../../imports/map-fields.js'
import { userFromRow } from '../../imports/user-rows.js'
import type { ImportedSecret } from '../../imports/user-secret.js'
import type { PasswordHasher } from '../../passwords/hasher.js'
import type { InsertOutcome, NewUser, User, UserStore } from '../../stores/stores.js'
import { canonicalUsername } from '../../text.js'
import { mapBounded, type Name, type Target, type Verdict } from './target.js'

export interface UserTargetOptions {
  users: UserStore
  map: FieldMap
  /** `createdAt` of rows that tell none. */
  now: Date
  /** Only look, write nothing, hash nothing. */
  dryRun: boolean
  /** Hashes passwords in plain text; null where they are not taken. Its queue must hold a batch. */
  hasher: PasswordHasher | null
  /** Take rows that have neither a password nor a hash. */
  withoutPasswords: boolean
}

export interface UserEntry { user: User, secret: ImportedSecret, names: readonly Name[] }

export function createUserTarget ({ users, map, now, dryRun, hasher, withoutPasswords }: UserTargetOptions): Target<UserEntry> {
  async function hashed ({ user, secret }: UserEntry): Promise<NewUser> {
    const passwordHash = secret.kind === 'hash' ? secret.hash : secret.kind === 'plain' && hasher !== null ? await hasher.hash(secret.password) : null
    return { user, passwordHash }
  }

  /** What the store has to say about the row before it is tried; null where nothing of it is there. */
  async function standing ({ user, names }: UserEntry): Promise<Verdict | null> {
    for (const name of names) {
      const other = await users.find(lookup(name))
      if (other !== null) return name.kind === 'username' ? sameOwner(user, other) : 'there'
    }
    return null
  }

  async function verdictOf (outcome: InsertOutcome | undefined, entry: UserEntry): Promise<Verdict> {
    if (outcome === 'inserted') return 'inserted'
    if (outcome !== 'username_taken') return 'there'
    return await standing(entry) ?? { refused: 'username: it was taken a moment ago. Import this row again.' }
  }

  return {
    read (row) {
      const { user, secret, reasons } = userFromRow(row, map, { plainPasswords: hasher !== null, withoutPasswords, now })
      if (reasons !== undefined) return { reasons }
      const names = namesOf(user, row)
      return { entry: { user, secret, names }, names }
    },

    async settle (entries) {
      // Hashing is dear: what is there already is not hashed again by a second run.
      const known = await mapBounded(entries, async (entry) => dryRun || entry.secret.kind === 'plain' ? await standing(entry) : null)
      if (dryRun) return known.map((verdict) => verdict ?? 'inserted')
      const fresh = entries.filter((_, index) => known[index] === null)
      const outcomes = await users.insertMany(await Promise.all(fresh.map(hashed)))
      const judged = new Map(await mapBounded(fresh, async (entry, index) => [entry, await verdictOf(outcomes[index], entry)] as const))
      return entries.map((entry, index) => known[index] ?? judged.get(entry) as Verdict)
    },

    isWithoutPassword: ({ secret }) => secret.kind === 'none',

    close () {}
  }
}

function namesOf (user: User, row: Readonly<Record<string, unknown>>): Name[] {
  const names: Name[] = []
  // Only an id that the row brought: one that was made for it is nobody else's.
  if (Object.values(row).includes(user.id)) names.push({ kind: 'id', value: user.id })
  if (user.email !== null) names.push({ kind: 'email', value: user.email })
  if (user.username !== null) names.push({ kind: 'username', value: canonicalUsername(user.username) as string })
  return names
}

function lookup ({ kind, value }: Name) {
  return kind === 'id' ? { id: value } : kind === 'email' ? { email: value } : { username: value }
}

/** A username alone does not say that it is the same person: with another address it is somebody else's. */
function sameOwner (user: User, other: User): Verdict {
  return user.email === null || user.email === other.email ? 'there' : { refused: 'username: an account with another e-mail address has it.' }
}
