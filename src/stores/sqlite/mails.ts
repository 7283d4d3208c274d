// The table of mail that waits.
import type { Mail, MailStore } from '../stores.js'
import type { Connection } from './connection.js'
import type { Reader } from './reader.js'
import { instant } from './values.js'
import type { Writer } from './writer.js'

export interface MailRow { id: string, sealed: string, created_at: number, attempts: number, due_at: number }

export function mailOf (row: MailRow): Mail {
  return { id: row.id, sealed: row.sealed, createdAt: instant(row.created_at), attempts: row.attempts, dueAt: instant(row.due_at) }
}

export function insertMail (db: Connection, mail: Mail): void {
  db.run('INSERT INTO mails (id, sealed, created_at, attempts, due_at) VALUES (?, ?, ?, ?, ?)',
    [mail.id, mail.sealed, mail.createdAt.getTime(), mail.attempts, mail.dueAt.getTime()])
}

export function leaseMail (db: Connection, now: Date, leaseUntil: Date): Mail | null {
  const row = db.one<MailRow>('SELECT * FROM mails WHERE due_at <= ? ORDER BY due_at, id LIMIT 1', [now.getTime()])
  if (row === undefined) return null
  const mail: Mail = { ...mailOf(row), attempts: row.attempts + 1, dueAt: leaseUntil }
  db.run('UPDATE mails SET attempts = ?, due_at = ? WHERE id = ?', [mail.attempts, leaseUntil.getTime(), mail.id])
  return mail
}

export function postponeMail (db: Connection, id: string, attempts: number, dueAt: Date): boolean {
  return db.run('UPDATE mails SET due_at = ? WHERE id = ? AND attempts = ?', [dueAt.getTime(), id, attempts]) === 1
}

export function removeMail (db: Connection, id: string): boolean {
  return db.run('DELETE FROM mails WHERE id = ?', [id]) === 1
}

export function createMailStore (reader: Reader, writer: Writer): MailStore {
  return {
    insert: async mail => writer.run('insertMail', mail),
    lease: async (now, leaseUntil) => writer.run('leaseMail', now, leaseUntil),
    postpone: async (id, attempts, dueAt) => writer.run('postponeMail', id, attempts, dueAt),
    remove: async id => writer.run('removeMail', id),
    count: async () => reader.read(db => db.count('SELECT count(*) AS found FROM mails'))
  }
}
