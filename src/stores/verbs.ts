// Puts something around every verb of a store: what measures or traces it. The store itself knows nothing of it.
import { ServiceError } from '../errors.js'
import type { Stores } from './stores.js'

export type Verb = (...given: never[]) => Promise<unknown>
/** Answers what is to be called in place of `run`, the verb of this name. */
export type WrapVerb = <V extends Verb>(store: string, verb: string, run: V) => V

/** `transfer` is left out: it moves whole databases, and nobody serves with it. */
const parts = ['users', 'sessions', 'revocations', 'persons', 'oneTimeTokens', 'signingKeys', 'audit', 'mails', 'counters'] as const

/** The same stores, with every verb wrapped. */
export function wrapVerbs (stores: Stores, wrap: WrapVerb): Stores {
  function wrapPart<P extends object> (name: string, part: P): P {
    const verbs = Object.entries(part as Record<string, Verb>)
    return Object.fromEntries(verbs.map(([verb, run]) => [verb, wrap(name, verb, run)])) as unknown as P
  }

  return {
    ...stores,
    ...Object.fromEntries(parts.map((name) => [name, wrapPart(name, stores[name])])),
    ping: wrap('all', 'ping', stores.ping),
    sweep: wrap('all', 'sweep', stores.sweep)
  }
}

/** Whether a verb has failed; a refusal such as `email_taken` is no failure. */
export function isFailure (error: unknown): boolean {
  return !(error instanceof ServiceError) || error.status >= 500
}
