// The MongoDB engine: opens at once, connects in the background, answers store_unavailable until its indexes are in place.
import type { MongoClient } from 'mongodb'
import type { Stores } from '../stores.js'
import { type AuditDocument, createAuditStore } from './audit.js'
import { writeConcern } from './client-options.js'
import { type CounterDocument, createCounterStore } from './counters.js'
import { createGate, guardVerbs, type StoreLogger } from './gate.js'
import { ensureIndexes, names } from './indexes.js'
import type { GuardDocument } from './last-admin.js'
import { createMailStore, type MailDocument } from './mails.js'
import { createOneTimeTokenStore, type OneTimeTokenDocument } from './one-time-tokens.js'
import type { PersonDocument } from './person-documents.js'
import { createPersonStore } from './persons.js'
import { createRevocationStore } from './revocations.js'
import { createSessionStore, type SessionDocument } from './sessions.js'
import { createSigningKeyStore, type SigningKeyDocument } from './signing-keys.js'
import { sweepCollection } from './sweep.js'
import { timing } from './timing.js'
import { createTransferStore } from './transfer.js'
import type { UserDocument } from './user-documents.js'
import { createUserStore } from './users.js'

export { createMongoClient } from './client.js'

export interface MongoStoresOptions {
  /** Whoever opens it closes it, after the stores; `close()` here leaves it open. */
  client: MongoClient
  databaseName: string
  logger?: StoreLogger
  /** False where the service's clock is not the time of day, so that the server's TTL must not act. */
  ttlIndexes?: boolean
  /** From the call of a verb to its answer, in milliseconds; other than usual where the server is known to be slow. */
  verbMs?: number
}

export function openMongoStores ({ client, databaseName, logger, ttlIndexes = true, verbMs = timing.verbMs }: MongoStoresOptions): Stores {
  // Said here as well as on the client: how durable a write is may not depend on who made the client or on its URL.
  const db = client.db(databaseName, { writeConcern, readPreference: 'primary', ignoreUndefined: false })
  const users = db.collection<UserDocument>(names.users)
  const sessions = db.collection<SessionDocument>(names.sessions)
  const tokens = db.collection<OneTimeTokenDocument>(names.oneTimeTokens)
  const audit = db.collection<AuditDocument>(names.audit)
  const counters = db.collection<CounterDocument>(names.counters)
  const guards = db.collection<GuardDocument>(names.guards)
  const gate = createGate(async () => {
    // Said at every try: a client whose first connection failed stays shut for ever where only its verbs are called
    // (driver 7.8). Where it is connected, this is nothing.
    await client.connect()
    await ensureIndexes(db, ttlIndexes)
  }, logger, timing.retryMs, verbMs)

  return {
    engine: 'mongodb',
    users: guardVerbs(createUserStore(users, guards), gate),
    sessions: guardVerbs(createSessionStore(sessions), gate),
    revocations: guardVerbs(createRevocationStore(sessions, users), gate),
    persons: guardVerbs(createPersonStore(db.collection<PersonDocument>(names.persons)), gate),
    oneTimeTokens: guardVerbs(createOneTimeTokenStore(tokens), gate),
    signingKeys: guardVerbs(createSigningKeyStore(db.collection<SigningKeyDocument>(names.signingKeys)), gate),
    audit: guardVerbs(createAuditStore(audit), gate),
    mails: guardVerbs(createMailStore(db.collection<MailDocument>(names.mails)), gate),
    counters: guardVerbs(createCounterStore(counters), gate),
    transfer: createTransferStore(db, gate),

    async ping () {
      await gate.run(() => db.command({ ping: 1 }))
    },

    async sweep (before, auditBefore, limit, sessionsBefore = before) {
      const ended = { $lt: before }
      const over = { $or: ['endedAt', 'idleExpiresAt', 'maxExpiresAt'].map(member => ({ [member]: { $lt: sessionsBefore } })) }
      return gate.run(async () => ({
        sessions: await sweepCollection(sessions, over, limit),
        oneTimeTokens: await sweepCollection(tokens, { expiresAt: ended }, limit),
        counters: await sweepCollection(counters, { expiresAt: ended }, limit),
        audit: await sweepCollection(audit, { at: { $lt: auditBefore } }, limit)
      }), timing.bulkMs)
    },

    close () {
      return gate.close()
    }
  }
}
