// The embedded engine: one SQLite file, read on this thread, written on another.
import { resolve } from 'node:path'
import { isServiceError, ServiceError } from '../../errors.js'
import type { Stores } from '../stores.js'
import { createAuditStore } from './audit.js'
import { createCounterStore } from './counters.js'
import { makeFile, watchFile } from './file.js'
import { createMailStore } from './mails.js'
import { createOneTimeTokenStore } from './one-time-tokens.js'
import { createPersonStore } from './persons.js'
import { createReader } from './reader.js'
import { createRevocationStore } from './revocations.js'
import { createSessionStore } from './sessions.js'
import { createSigningKeyStore } from './signing-keys.js'
import { sweep } from './sweep.js'
import { createTransferStore } from './transfer.js'
import { createUserStore } from './users.js'
import { createWriter, type Logger } from './writer.js'

export interface SqliteOptions {
  /** The database file; made, with its folder, where it is missing. */
  path: string
  /** Hears what nobody waits for: that the thread that writes died. */
  logger?: Logger
}

/** Opens the file and brings its tables up to date. Rejects with an Error that names the file where that cannot be done. */
export async function openSqliteStores ({ path, logger }: SqliteOptions): Promise<Stores> {
  const file = resolve(path)
  const writer = createWriter(file, logger)
  const reader = createReader(file)
  let mindFile: (() => void) | undefined
  async function ping (): Promise<void> {
    await reader.read(db => db.one('SELECT 1 FROM users LIMIT 1'))
    try {
      mindFile?.()
    } catch (cause) {
      throw new ServiceError('store_unavailable', { cause })
    }
  }
  const close = async (): Promise<void> => {
    // The reader first: the last to close checkpoints the log, and that is work for the other thread.
    reader.close()
    await writer.close()
  }

  try {
    makeFile(file)
    await writer.run('versionOf')
    await ping()
    mindFile = watchFile(file)
  } catch (error) {
    await close()
    const cause = (isServiceError(error) ? error.cause : error) as Error
    throw new Error(`The database file ${file} cannot be used: ${cause.message}`, { cause })
  }

  return {
    engine: 'sqlite',
    users: createUserStore(reader, writer),
    sessions: createSessionStore(reader, writer),
    revocations: createRevocationStore(reader),
    persons: createPersonStore(reader, writer),
    oneTimeTokens: createOneTimeTokenStore(reader, writer),
    signingKeys: createSigningKeyStore(reader, writer),
    audit: createAuditStore(reader, writer),
    mails: createMailStore(reader, writer),
    counters: createCounterStore(reader, writer),
    transfer: createTransferStore(reader, writer),
    ping,
    sweep: async (before, auditBefore, limit, sessionsBefore) => sweep(writer, before, auditBefore, limit, sessionsBefore),
    close
  }
}
