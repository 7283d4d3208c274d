// The table of counters that live for a while.
import type { CounterStore } from '../stores.js'
import type { Connection } from './connection.js'
import type { Reader } from './reader.js'
import { instant } from './values.js'
import type { Writer } from './writer.js'

export interface Count { value: number, expiresAt: Date }

export function readCounter (db: Connection, key: string, now: Date): Count | null {
  const row = db.one<{ value: number, expires_at: number }>('SELECT value, expires_at FROM counters WHERE key = ? AND expires_at > ?', [key, now.getTime()])
  return row === undefined ? null : { value: row.value, expiresAt: instant(row.expires_at) }
}

export function hitCounter (db: Connection, key: string, now: Date, expiresAt: Date, by = 1): Count {
  const before = readCounter(db, key, now)
  const count = { value: (before?.value ?? 0) + by, expiresAt: before?.expiresAt ?? expiresAt }
  db.run('INSERT INTO counters (key, value, expires_at) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at',
    [key, count.value, count.expiresAt.getTime()])
  return count
}

export function clearCounter (db: Connection, key: string): void {
  db.run('DELETE FROM counters WHERE key = ?', [key])
}

export function createCounterStore (reader: Reader, writer: Writer): CounterStore {
  return {
    hit: async (key, now, expiresAt, by) => writer.run('hitCounter', key, now, expiresAt, by),
    read: async (key, now) => reader.read(db => readCounter(db, key, now)),
    clear: async key => writer.run('clearCounter', key)
  }
}
