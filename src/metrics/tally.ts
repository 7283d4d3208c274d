// Counts durations in buckets. A request passes two of these: prom-client's own histogram costs a microsecond each time (it makes a
// text of the labels and looks it up), this a few nanoseconds.

export interface Tally {
  observe (seconds: number): void
  /** How many took at most as long as each bound, in the order of the bounds. */
  cumulative (): number[]
  readonly count: number
  readonly sum: number
}

/** `bounds` in seconds, ascending. */
export function createTally (bounds: readonly number[]): Tally {
  const buckets = new Array<number>(bounds.length + 1).fill(0)
  let count = 0
  let sum = 0

  return {
    get count () { return count },
    get sum () { return sum },
    observe (seconds) {
      let index = 0
      while (index < bounds.length && seconds > (bounds[index] as number)) index += 1
      buckets[index] = (buckets[index] as number) + 1
      count += 1
      sum += seconds
    },
    cumulative () {
      let total = 0
      return bounds.map((_bound, index) => (total += buckets[index] as number))
    }
  }
}
