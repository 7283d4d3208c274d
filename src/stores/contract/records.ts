// What is written down on the side: the audit log, mail that waits, counters.

/** One line of the audit log. Append-only: there is no verb that changes one. */
export interface AuditEntry {
  id: string
  at: Date
  /** OWASP Logging Vocabulary name, e.g. `authn_login_success`. */
  event: string
  /** About whom. */
  userId: string | null
  /** Who did it, where that is somebody else. */
  actorId: string | null
  ip: string | null
  userAgent: string | null
  /** Further facts; never a secret. */
  detail: Record<string, string | number | boolean | null>
}

export interface AuditFilter { userId?: string, event?: string, since?: Date }

export interface AuditStore {
  append (entry: AuditEntry): Promise<void>
  /** Newest first (by id, descending), beginning after the id `after`. */
  page (query: AuditFilter & { after: string | null, limit: number }): Promise<AuditEntry[]>
  count (filter: AuditFilter): Promise<number>
}

/** A message that waits to be sent. */
export interface Mail {
  id: string
  /** The whole message, sealed (src/seal.ts): the store never sees an address or a link. */
  sealed: string
  createdAt: Date
  /** How many times sending it was tried. */
  attempts: number
  /** Not to be sent before. A lease moves it forward while one process is sending. */
  dueAt: Date
}

export interface MailStore {
  insert (mail: Mail): Promise<void>
  /** Takes the mail that has been due longest at `now`, raising `attempts` and moving `dueAt` to `leaseUntil`; null where none is due.
   * Of any number of callers, one gets each mail. */
  lease (now: Date, leaseUntil: Date): Promise<Mail | null>
  /** Gives it back for later, only if its `attempts` is still `attempts`. */
  postpone (id: string, attempts: number, dueAt: Date): Promise<boolean>
  remove (id: string): Promise<boolean>
  count (): Promise<number>
}

export interface CounterStore {
  /** Adds `by` (default 1) to the counter `key` and answers its value. A counter begins at 0 and lives until `expiresAt` given with its
   * first hit; one that has expired at `now` begins anew. Atomic: N parallel hits of 1 answer N different values. */
  hit (key: string, now: Date, expiresAt: Date, by?: number): Promise<{ value: number, expiresAt: Date }>
  /** The counter as it stands, or null. */
  read (key: string, now: Date): Promise<{ value: number, expiresAt: Date } | null>
  clear (key: string): Promise<void>
}
