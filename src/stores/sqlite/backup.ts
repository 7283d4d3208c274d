// A copy of the database file as it stands at one moment, made while others read and write it.
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { openConnection } from './connection.js'

/**
 * Writes the copy to `file`, for the owner's eyes only. Throws an Error in words where `file` exists. The name is given to a whole copy that
 * the disk has; what an interrupted one leaves is called `file`.part.
 */
export function backUp (path: string, file: string): void {
  const part = `${file}.part`
  makeAnew(part)
  try {
    // Not before: another backup may have given the name a moment ago.
    if (existsSync(file)) throw new Error(`${file} is there already. Nothing was written.`)
    copy(path, part)
    bringToDisk(part)
    renameSync(part, file)
  } catch (error) {
    rmSync(part)
    throw error
  }
}

function makeAnew (part: string): void {
  try {
    closeSync(openSync(part, 'wx', 0o600))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const words = code === 'EEXIST'
      ? `${part} is there already, of a backup that runs or was interrupted: where none runs, remove it${existsSync(`${part}-journal`) ? ` and ${part}-journal` : ''}. Nothing was written.`
      : `${part} cannot be written: ${message}`
    throw new Error(words, { cause: error })
  }
}

function copy (path: string, part: string): void {
  const db = openConnection(path, { readOnly: false, busyMilliseconds: 5000 })
  try {
    // One transaction that only reads: writers go on beside it. Into a file that is there and empty, so that the mode is ours
    // (https://sqlite.org/lang_vacuum.html#vacuum_with_an_into_clause).
    db.run('VACUUM INTO ?', [part])
  } finally {
    db.close()
  }
}

/** SQLite leaves that to its caller, as the same page says. */
function bringToDisk (part: string): void {
  const copy = openSync(part, 'r+')
  try {
    fsyncSync(copy)
  } finally {
    closeSync(copy)
  }
}
