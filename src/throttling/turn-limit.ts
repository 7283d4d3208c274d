// Tells when this process has more to do than it can. Requests that are ready are read in one turn of the event loop, each worked on as
// far as it goes before the next is looked at: so the length of the turn is what the next has waited at least. A mean of the loop's delay
// does not show it: one turn of two seconds among hundreds of short ones is a mean of a few milliseconds.

export interface TurnLimit {
  /** Whether a request that is looked at now comes in time; false: it is to be refused, and is counted. */
  admit (): boolean
  /** Whether any was refused within the last few seconds. */
  isShedding (): boolean
  /** How many were refused since the start. */
  readonly refused: number
}

export interface TurnLimitOptions {
  /** A turn that has lasted longer takes no more requests. */
  limitMilliseconds: number
  /** Called with the number of those refused since the last time, at the first, and then at most once a minute. */
  onShedding (refused: number): void
}

/** Times in milliseconds. */
const sheddingFor = 3000
const tellEvery = 60_000

export function createTurnLimit ({ limitMilliseconds, onShedding }: TurnLimitOptions): TurnLimit {
  let turnBegan: number | null = null
  let lastRefused = -Infinity
  let lastTold = -Infinity
  let refused = 0
  let told = 0

  function endTurn (): void {
    turnBegan = null
  }

  function refuse (now: number): false {
    refused += 1
    lastRefused = now
    if (now - lastTold >= tellEvery) {
      onShedding(refused - told)
      lastTold = now
      told = refused
    }
    return false
  }

  return {
    admit () {
      const now = performance.now()
      if (turnBegan === null) {
        turnBegan = now
        // Runs when everything that was ready to be read in this turn has been.
        setImmediate(endTurn)
        return true
      }
      return now - turnBegan <= limitMilliseconds || refuse(now)
    },
    isShedding: () => performance.now() - lastRefused < sheddingFor,
    get refused () { return refused }
  }
}
