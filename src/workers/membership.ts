// What a worker does to belong to its primary: a line to it, and ending when it says so.
import cluster from 'node:cluster'
import type { FromPrimary, FromWorker } from './messages.js'
import { createPrimaryLink, type Primary } from './primary-link.js'

export interface Membership {
  primary: Primary
  /** From now on others may start, and be let go. `end` is called with the primary's word when this one is to end. */
  serving (end: (word: 'stop' | 'retire') => void): void
  /** Nothing is left to do. */
  leave (): void
}

export function joinPrimary (): Membership {
  /** Without the primary a worker ends; a failed write, thrown without the callback, must not be before that. */
  const send = (message: FromWorker): void => { process.send?.(message, () => undefined) }
  // For the primary, which a terminal that hangs up tells as well.
  process.on('SIGHUP', () => undefined)
  return {
    primary: createPrimaryLink({
      send,
      onMessage: (listener) => { process.on('message', listener) }
    }),
    serving (end) {
      process.on('message', ({ kind }: FromPrimary) => { if (kind === 'stop' || kind === 'retire') end(kind) })
      send({ kind: 'serving' })
    },
    leave: () => { cluster.worker?.disconnect() }
  }
}
