// How long things may take, in milliseconds.

export const timing = {
  /** What the server itself may spend on one read, or on waiting for a majority. */
  serverMs: 1500,
  /** From the call of a verb to its answer; the contract of `ping` says two seconds. */
  verbMs: 1900,
  /** The same for verbs that work through many rows. */
  bulkMs: 30_000,
  /** Between two tries to reach the server and put the indexes in place. */
  retryMs: 500
} as const

/** Options of every read. */
export const bounded = { maxTimeMS: timing.serverMs } as const
