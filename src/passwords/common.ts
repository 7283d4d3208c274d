// The list of common passwords: kept as the one buffer it is in the file, sorted, and searched by halving.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface CommonPasswords {
  /** Says whether the folded text (foldCase) is on the list. */
  has (folded: string): boolean
}

/** Where the list lies, seen from src/passwords/ and from dist/service/ alike. */
const placeSeenFromHere = '../../data/common-passwords.txt'
const newline = 0x0a

/** The list, for a module of this folder or the program it is built into. Throws where it is missing. */
export function commonPasswordsFile (moduleUrl: string = import.meta.url): string {
  const file = fileURLToPath(new URL(placeSeenFromHere, moduleUrl))
  if (!existsSync(file)) throw new Error(`The list of common passwords is missing; looked for ${file}.`)
  return file
}

/** Reads the list: one folded password a line, in the order of the bytes, a newline after each (scripts/make-common-passwords.ts). */
export function loadCommonPasswords (file: string = commonPasswordsFile()): CommonPasswords {
  const list = readFileSync(file)
  return { has: folded => hasLine(list, Buffer.from(folded)) }
}

function hasLine (list: Buffer, wanted: Buffer): boolean {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const start = list.lastIndexOf(newline, Math.max(middle - 1, 0)) + 1
    const end = list.indexOf(newline, middle)
    const order = list.compare(wanted, 0, wanted.length, start, end)
    if (order === 0) return true
    if (order < 0) low = end + 1
    else high = start
  }
  return false
}
