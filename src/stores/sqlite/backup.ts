// A copy of the database file as it stands at one moment, made while others read and write it.
import { closeSync, openSync, rmSync } from 'node:fs'
import { openConnection } from './connection.js'

/** Writes the copy to `file`, for the owner's eyes only. Throws an Error in words where `file` exists, and leaves nothing half done. */
export function backUp (path: string, file: string): void {
  makeAnew(file)
  try {
    const db = openConnection(path, { readOnly: false, busyMilliseconds: 5000 })
    try {
      // One transaction that only reads: writers go on beside it. Into a file that is there and empty, so that the mode is ours
      // (https://sqlite.org/lang_vacuum.html#vacuum_with_an_into_clause).
      db.run('VACUUM INTO ?', [file])
    } finally {
      db.close()
    }
  } catch (error) {
    rmSync(file)
    throw error
  }
}

function makeAnew (file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new Error(code === 'EEXIST' ? `${file} is there already. Nothing was written.` : `${file} cannot be written: ${message}`, { cause: error })
  }
}
