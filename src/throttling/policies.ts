// How much one address may ask for, all in one table. One address may be an office, a school or a phone network behind one NAT, so
// each limit stands above what a few hundred people do and below what guessing, filling or mailing by machine needs.
import type { Policy } from './limiter.js'

export const policies = {
  // 100 a second: several hundred apps at once; a single machine that hammers is stopped before it matters to the others.
  general: { limit: 6000, windowSeconds: 60 },
  // A class registers together; a machine that fills the table with accounts gets 30 an hour.
  register: { limit: 30, windowSeconds: 3600 },
  // People log in once in weeks; each try costs a hash. Guessing at one account is held far lower (login-guard.ts).
  login: { limit: 30, windowSeconds: 60 },
  // Changing or removing what the password guards costs the hash of a log-in.
  proof: { limit: 30, windowSeconds: 60 },
  // Every app asks once in ACCESS_TOKEN_TTL: about 1200 apps in use at once.
  refresh: { limit: 120, windowSeconds: 60 },
  // Each one may send a mail to a stranger.
  forgot: { limit: 10, windowSeconds: 3600 },
  // Tokens cannot be guessed (256 bits): this bounds hashing and store work only.
  reset: { limit: 30, windowSeconds: 3600 },
  verify: { limit: 30, windowSeconds: 3600 },
  // A whole list at once, as an older client loads it when its page opens: the work of hundreds of pages.
  list: { limit: 30, windowSeconds: 60 }
} as const satisfies Record<string, Policy>

export type Bucket = keyof typeof policies
