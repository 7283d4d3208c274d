// What is wrong with a database URL. Asked before anything is opened.
import { faultOfMongoUrl } from './mongo/connection-string.js'

/** Why the store at `url` could not be opened, or null. Only what the URL itself says counts: no file and no server is asked. */
export function faultOfDatabaseUrl (url: string): string | null {
  if (/^mongodb(\+srv)?:/.test(url)) return faultOfMongoUrl(url)
  return url === 'sqlite::memory:' ? 'must name a file: accounts that are kept in memory would be gone with the process.' : null
}

/** Whether it names a server of MongoDB and leaves the database on it to the driver. */
export function namesServerAlone (url: string): boolean {
  return /^mongodb(\+srv)?:\/\/[^/?]*\/?(\?|$)/.test(url)
}
