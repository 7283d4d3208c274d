// Numbers by key, bounded: of the keys that were not set for longest, half go at a time. Two plain maps, which take memory as they fill
// (an LRU sets its arrays aside beforehand) and never search for a victim (the oldest entry of one big map costs 80 µs to find).

export interface RecentKeys {
  get (key: string): number | undefined
  set (key: string, value: number): void
  delete (key: string): void
}

/** At least `maxKeys` / 2 of the keys last set are kept, at most `maxKeys`. */
export function createRecentKeys (maxKeys: number): RecentKeys {
  let young = new Map<string, number>()
  let old = new Map<string, number>()

  return {
    get: (key) => young.get(key) ?? old.get(key),
    set (key, value) {
      young.set(key, value)
      if (young.size < maxKeys / 2) return
      old = young
      young = new Map()
    },
    delete (key) {
      young.delete(key)
      old.delete(key)
    }
  }
}
