// The database file and its folder: made when missing, for the owner's eyes only.
import { closeSync, openSync, statSync } from 'node:fs'
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

/**
 * Watches that the path goes on naming the file that it names now. Throws an Error in words where that was moved, removed or replaced, as a
 * restore under a running service does it: what is written to the open file would be gone with the process. With a rollback journal SQLite
 * looks itself (https://sqlite.org/rescode.html#readonly_dbmoved), in WAL mode it does not.
 */
export function watchFile (path: string): () => void {
  const inode = (): bigint | undefined => statSync(path, { bigint: true, throwIfNoEntry: false })?.ino
  const opened = inode()
  return () => {
    if (inode() !== opened) throw new Error(`The database file ${path} was moved or replaced while it was open. Restart the service, or put the file back`)
  }
}
