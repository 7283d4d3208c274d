// The database file and its folder: made when missing, for the owner's eyes only.
import { closeSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from '../../folders.js'

/** SQLite gives the files beside it (-wal, -shm) the same mode. */
export function makeFile (path: string): void {
  makeFolder(dirname(path), 0o700)
  try {
    // Exclusively: closing a descriptor of a file that this process has open as a database would drop SQLite's locks
    // (https://sqlite.org/howtocorrupt.html §2.2).
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
