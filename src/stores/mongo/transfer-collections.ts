// Each collection as it goes to another store: its rows as documents, and back.
import type { Collection, Db, Filter } from 'mongodb'
import type { TransferKind, TransferRows } from '../stores.js'
import { type AuditDocument, toDocument as auditDocument, toEntry } from './audit.js'
import type { CounterDocument } from './counters.js'
import { names } from './indexes.js'
import { type MailDocument, toMail } from './mails.js'
import { type OneTimeTokenDocument, toDocument as tokenDocument, toToken } from './one-time-tokens.js'
import { type PersonDocument, toDocument as personDocument, toPerson } from './person-documents.js'
import { type SessionDocument, toDocument as sessionDocument, toSession } from './sessions.js'
import { type SigningKeyDocument, toKey } from './signing-keys.js'
import { bounded } from './timing.js'
import { toDocument as userDocument, toUser, type UserDocument } from './user-documents.js'

/** Keys after `after` and not after `upTo`. */
export interface Range { after: string, upTo: string | null }
export interface Carrier<Row> {
  read: (after: string, limit: number) => Promise<Row[]>
  write: (rows: readonly Row[], range: Range) => Promise<void>
}

function within<Document extends { _id: string }> ({ after, upTo }: Range, not: readonly string[] = []): Filter<Document> {
  return { _id: { $gt: after, ...(upTo !== null && { $lte: upTo }), $nin: not } } as Filter<Document>
}

function carry<Document extends { _id: string }, Row> (collection: Collection<Document>, rowOf: (document: Document) => Row, documentOf: (row: Row) => Document): Carrier<Row> {
  return {
    async read (after, limit) {
      const found = await collection.find({ _id: { $gt: after } } as Filter<Document>, bounded).sort({ _id: 1 }).limit(limit).toArray()
      return found.map(document => rowOf(document as Document))
    },
    async write (rows, range) {
      const documents = rows.map(documentOf)
      await collection.deleteMany(within<Document>(range, documents.map(({ _id }) => _id)))
      if (documents.length === 0) return
      await collection.bulkWrite(documents.map(document => ({
        replaceOne: { filter: { _id: document._id } as Filter<Document>, replacement: document, upsert: true }
      })), { ordered: false })
    }
  }
}

// They stand in the account's document; writing the account took the old ones away. They count as recorded when they were made.
function carryRoleChanges (users: Collection<UserDocument>): Carrier<TransferRows['roleChanges']> {
  return {
    async read (after, limit) {
      const changed = { _id: { $gt: after }, roleChangedAt: { $gt: new Date(0) } }
      const found = await users.find(changed, { ...bounded, projection: { roleChangedAt: 1 } }).sort({ _id: 1 }).limit(limit).toArray()
      return found.map(({ _id, roleChangedAt }) => ({ userId: _id, at: roleChangedAt as Date }))
    },
    async write (rows, range) {
      await users.updateMany({ ...within<UserDocument>(range), roleChangedAt: { $gt: new Date(0) } }, { $unset: { roleChangedAt: '', roleRecordedAt: '' } })
      if (rows.length > 0) await users.bulkWrite(rows.map(({ userId, at }) => ({ updateOne: { filter: { _id: userId }, update: { $set: { roleChangedAt: at, roleRecordedAt: at } } } })), { ordered: false })
    }
  }
}

export function carriersOf (db: Db): { [K in TransferKind]: Carrier<TransferRows[K]> } {
  const users = db.collection<UserDocument>(names.users)
  return {
    signingKeys: carry(db.collection<SigningKeyDocument>(names.signingKeys), toKey, ({ kid, ...key }) => ({ _id: kid, ...key })),
    users: carry(users, document => ({ ...toUser(document), passwordHash: document.passwordHash ?? null, passwordVersion: document.passwordVersion }),
      ({ passwordHash, passwordVersion, ...user }) => ({ ...userDocument({ user, passwordHash }), passwordVersion })),
    roleChanges: carryRoleChanges(users),
    sessions: carry(db.collection<SessionDocument>(names.sessions), toSession, sessionDocument),
    oneTimeTokens: carry(db.collection<OneTimeTokenDocument>(names.oneTimeTokens), toToken, tokenDocument),
    persons: carry(db.collection<PersonDocument>(names.persons), toPerson, personDocument),
    audit: carry(db.collection<AuditDocument>(names.audit), toEntry, auditDocument),
    mails: carry(db.collection<MailDocument>(names.mails), toMail, ({ id, ...mail }) => ({ _id: id, ...mail })),
    counters: carry(db.collection<CounterDocument>(names.counters), ({ _id, value, expiresAt }) => ({ key: _id, value, expiresAt }), ({ key, ...counter }) => ({ _id: key, ...counter }))
  }
}
