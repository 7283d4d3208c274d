// Requests by route and status. The labels are what the code wrote, never what a client sent: their number is bounded.
import type { Registry } from 'prom-client'
import { createDurations } from './durations.js'
import type { Tally } from './tally.js'

/** A route as it was registered; none (no `url`) for an address that is not known. */
export interface KnownRoute { url?: string | undefined, method?: string | string[] | undefined }

/** Notes an answer. `route` is the same object for all requests of one route. */
export type NoteRequest = (route: KnownRoute, status: number, seconds: number) => void

const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export function createRequestTallies (registry: Registry): NoteRequest {
  const help = 'Time from a request to its answer, by method, route template and status; addresses that are not known are one route'
  const durations = createDurations({ name: 'gatehouse_http_request_duration_seconds', help, bounds, registry })
  const known = new Map<KnownRoute, Map<number, Tally>>()
  const unknown = new Map<number, Tally>()

  function add (tallies: Map<number, Tally>, { url, method }: KnownRoute, status: number): Tally {
    // What stands for a method that nobody wrote into a route is the client's word, and any word at that.
    const labels = url === undefined ? { method: 'any', route: 'unknown' } : { method: [method].flat().join(' '), route: url }
    const tally = durations.tally({ ...labels, status: String(status) })
    tallies.set(status, tally)
    return tally
  }

  function talliesOfNew (route: KnownRoute): Map<number, Tally> {
    if (route.url === undefined) return unknown
    const tallies = new Map<number, Tally>()
    known.set(route, tallies)
    return tallies
  }

  return (route, status, seconds) => {
    const tallies = known.get(route) ?? talliesOfNew(route)
    const tally = tallies.get(status) ?? add(tallies, route, status)
    tally.observe(seconds)
  }
}
