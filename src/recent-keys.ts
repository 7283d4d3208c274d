// Values by key, bounded: of those that were not set for longest, half go at a time. Two plain maps, which take memory as they fill (an
// LRU sets its arrays aside beforehand) and never search for a victim (the oldest entry of one big map costs 80 µs to find).

export interface RecentKeys<Value> {
  get (key: string): Value | undefined
  set (key: string, value: Value): void
  delete (key: string): void
  clear (): void
}

/** At least `room` / 2 of what was last set is kept, at most `room`. `weigh` tells what a value takes of it, the same at any time. */
export function createRecentKeys<Value> (room: number, weigh: (value: Value) => number = () => 1): RecentKeys<Value> {
  let young = new Map<string, Value>()
  let old = new Map<string, Value>()
  let taken = 0

  function takeFromYoung (key: string): void {
    const value = young.get(key)
    if (value !== undefined && young.delete(key)) taken -= weigh(value)
  }

  return {
    get: (key) => young.get(key) ?? old.get(key),
    set (key, value) {
      takeFromYoung(key)
      young.set(key, value)
      taken += weigh(value)
      if (taken < room / 2) return
      old = young
      young = new Map()
      taken = 0
    },
    delete (key) {
      takeFromYoung(key)
      old.delete(key)
    },
    clear () {
      young = new Map()
      old = new Map()
      taken = 0
    }
  }
}
