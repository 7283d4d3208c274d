// Every write there is, by name: what the main thread may ask of the thread that writes.
import { appendEntry } from './audit.js'
import { clearCounter, hitCounter } from './counters.js'
import { insertMail, leaseMail, postponeMail, removeMail } from './mails.js'
import { consumeToken, insertToken, removeTokens } from './one-time-tokens.js'
import { insertPerson, insertPersons, removePerson, updatePerson } from './persons.js'
import { advanceSession, endSession, endSessions, insertSession, trimSessions } from './sessions.js'
import { insertKey, removeKey, setRetiresAt } from './signing-keys.js'
import { sweepTable } from './sweep.js'
import { writeTransfer } from './transfer.js'
import { insertUser, insertUsers, noteLogin, removeUser, renewHash, setPassword, updateUser } from './users.js'
import { versionOf } from './migrations.js'

export const verbs = {
  versionOf,
  insertUser, insertUsers, updateUser, setPassword, renewHash, noteLogin, removeUser,
  insertSession, advanceSession, endSession, endSessions, trimSessions,
  insertPerson, insertPersons, updatePerson, removePerson,
  insertToken, consumeToken, removeTokens,
  insertKey, setRetiresAt, removeKey,
  appendEntry,
  insertMail, leaseMail, postponeMail, removeMail,
  hitCounter, clearCounter,
  sweepTable,
  writeTransfer
}

export type Verbs = typeof verbs
export type Verb = keyof Verbs
export type Arguments<V extends Verb> = Parameters<Verbs[V]> extends [unknown, ...infer Rest] ? Rest : never
export type Result<V extends Verb> = ReturnType<Verbs[V]>
