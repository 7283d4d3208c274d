// Where the refresh token is kept. The access token never leaves memory.
import { surroundings } from './surroundings.js'

export interface TokenStorage {
  /** Clients whose storages have one name share a session: they refresh one at a time and tell each other. */
  readonly name?: string
  get (): string | null
  set (token: string | null): void
}

export function memoryStorage (): TokenStorage {
  let kept: string | null = null
  return { get: () => kept, set (token) { kept = token } }
}

/** localStorage, so that a reload and other tabs go on; memory where there is none or it is blocked. */
export function localTokenStorage (name: string): TokenStorage {
  try {
    const store = surroundings.localStorage
    // Blocked storage throws when it is touched; one that is full, when it is written to.
    store?.setItem(`${name}?`, '')
    store?.removeItem(`${name}?`)
    if (store === undefined) return memoryStorage()
    return {
      name,
      get: () => store.getItem(name),
      set (token) { if (token === null) store.removeItem(name); else store.setItem(name, token) }
    }
  } catch {
    return memoryStorage()
  }
}
