// What every engine must do: the verbs of src/stores/stores.ts, their outcomes, their edges and their races.
import t from 'tap'
import type { Engine, Opened } from './contract/engine.js'
import type { Stores } from '../../src/stores/stores.js'
import { usersContract } from './contract/users.js'
import { userPagesContract } from './contract/user-pages.js'
import { lastAdminContract } from './contract/last-admin.js'
import { sessionsContract } from './contract/sessions.js'
import { revocationsContract } from './contract/revocations.js'
import { personsContract } from './contract/persons.js'
import { personPagesContract } from './contract/person-pages.js'
import { personSearchContract } from './contract/person-search.js'
import { oneTimeTokensContract } from './contract/one-time-tokens.js'
import { signingKeysContract } from './contract/signing-keys.js'
import { auditContract } from './contract/audit.js'
import { mailsContract } from './contract/mails.js'
import { countersContract } from './contract/counters.js'
import { transferContract } from './contract/transfer.js'
import { wholeContract } from './contract/whole.js'

export { type Engine, type Opened } from './contract/engine.js'

const subjects = {
  users: usersContract,
  'pages of users': userPagesContract,
  'the last admin': lastAdminContract,
  sessions: sessionsContract,
  revocations: revocationsContract,
  persons: personsContract,
  'pages of persons': personPagesContract,
  'search of persons': personSearchContract,
  'one-time tokens': oneTimeTokensContract,
  'signing keys': signingKeysContract,
  'the audit log': auditContract,
  mails: mailsContract,
  counters: countersContract,
  'moving to another store': transferContract,
  'the stores as a whole': wholeContract
}

/** Registers the suite for one engine: each subject finds an empty database. */
export function contract (engine: Engine): void {
  void t.test(`${engine.name} keeps the contract of the stores`, async t => {
    let opened: Opened | undefined
    let second: Promise<Stores> | undefined
    t.teardown(async () => opened?.cleanup())
    for (const [subject, run] of Object.entries(subjects)) {
      if (opened?.empty === undefined) {
        await opened?.cleanup()
        second = undefined
        opened = await engine.open()
      } else {
        await opened.empty()
      }
      const { stores, another } = opened
      await t.test(`${engine.name} keeps the contract of ${subject}`, { todo: engine.gaps?.[subject] ?? false }, async t => {
        await run(t, { stores, another: async () => second ??= another(), onemore: another })
      })
    }
  })
}
