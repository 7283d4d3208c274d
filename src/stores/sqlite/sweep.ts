// Housekeeping: removes what ended or expired long ago, a few hundred rows to a step so that no write waits long behind it.
import type { SweepCounts } from '../stores.js'
import type { Connection } from './connection.js'
import type { Writer } from './writer.js'

const step = 500

const overdue = {
  sessions: 'DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < :before UNION SELECT id FROM sessions WHERE ended_at < :before LIMIT :limit)',
  oneTimeTokens: 'DELETE FROM one_time_tokens WHERE hash IN (SELECT hash FROM one_time_tokens WHERE expires_at < :before LIMIT :limit)',
  counters: 'DELETE FROM counters WHERE key IN (SELECT key FROM counters WHERE expires_at < :before LIMIT :limit)',
  audit: 'DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < :before LIMIT :limit)',
  revocations: 'DELETE FROM revocations WHERE sequence IN (SELECT sequence FROM revocations WHERE at < :before LIMIT :limit)'
}

export function sweepTable (db: Connection, table: keyof typeof overdue, before: Date, limit: number): number {
  return db.run(overdue[table], { before: before.getTime(), limit })
}

export async function sweep (writer: Writer, before: Date, auditBefore: Date, limit: number, sessionsBefore = before): Promise<SweepCounts> {
  async function sweepAll (table: keyof typeof overdue, until: Date): Promise<number> {
    let removed = 0
    for (let last = step; last === step && removed < limit;) {
      last = await writer.run('sweepTable', table, until, Math.min(step, limit - removed))
      removed += last
    }
    return removed
  }
  await sweepAll('revocations', before)
  return {
    sessions: await sweepAll('sessions', sessionsBefore),
    oneTimeTokens: await sweepAll('oneTimeTokens', before),
    counters: await sweepAll('counters', before),
    audit: await sweepAll('audit', auditBefore)
  }
}
