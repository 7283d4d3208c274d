// What is wrong with a connection string of MongoDB, in words that leave its secrets out.
import { createRequire } from 'node:module'
import type { MongoClient } from 'mongodb'
import { clientOptions } from './client-options.js'

/** Options of a connection string whose values are secrets (MongoDB's: AWS session tokens, passwords of key files and proxies). */
export const secretOption = /([?&][^=&]*(?:password|properties|token|secret)[^=&]*)=[^&]*/gi
/** User and password. Greedy on purpose: a password with a bare @ in it must not show its second half. */
export const userInfo = /^([a-z][a-z0-9+.-]*:\/\/).*@/i

/** Why a client could not be made of this URL, or null. Judged by the driver, which alone knows its many options; it is loaded only here,
 * where it is about to be used. */
export function faultOfMongoUrl (url: string): string | null {
  const driver = createRequire(import.meta.url)('mongodb') as { MongoClient: typeof MongoClient }
  const read = (text: string): MongoClient => new driver.MongoClient(text, clientOptions)
  try {
    return faultOfName(read(url).options.dbName)
  } catch {
    return `must be a connection string that MongoDB's driver takes: ${reasonOf(url, read)}.`
  }
}

/** What the driver says where it quotes user, password or hosts, or says nothing of use. Where the @ is missing, what it takes for hosts
 * are user and password. */
const ofHosts = /^Unable to parse|^Invalid (connection string|port|URL)|^Protocol and host|unescaped|userinfo|malformed/

/** The driver likes to quote what it cannot read. So it reads the URL again without user and password: what it says then tells neither. */
function reasonOf (url: string, read: (text: string) => unknown): string {
  try {
    read(url.replace(userInfo, '$1user:password@'))
    return 'its user or password cannot be read; in these @ is written as %40, : as %3A, / as %2F, ? as %3F and % as %25'
  } catch (error) {
    const { message } = error as Error
    if (ofHosts.test(message)) return 'a host or port of it cannot be read; they are name or name:port, with commas between them and / behind the last'
    // A bare & in the value of a secret makes an option of the rest of it.
    return url.search(secretOption) === -1 ? message.replace(/\.$/, '') : 'one of its options cannot be read'
  }
}

/** What every server would refuse, at the first verb and for ever. */
function faultOfName (name: string): string | null {
  if (Buffer.byteLength(name) > 63) return 'must name a database in at most 63 bytes.'
  return /[/\\. "$\0]/.test(name) ? 'must name a database without any of / \\ . " $ and blanks.' : null
}
