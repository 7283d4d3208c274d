// The file of refused rows: made when the first one is refused, a line each, without secrets.
import { type FileHandle, open } from 'node:fs/promises'
import { looksLikeData, looksSecret } from '../../imports/secret-shape.js'

export interface Rejection {
  line: number
  reasons: readonly string[]
  /** The row as it was read; left out where it could not be read, because nobody knows what is in it. */
  row?: Readonly<Record<string, unknown>>
}

export interface Rejects {
  add (rejection: Rejection): Promise<void>
  close (): Promise<void>
}

const longestName = 100

/** `isShown` says of a member that it is known to hold no secret. */
export function createRejects (path: string, isShown: (member: string) => boolean): Rejects {
  let file: Promise<FileHandle> | undefined
  let written: Promise<void> = Promise.resolve()

  async function append (text: string): Promise<void> {
    // Personal data: for the owner's eyes only.
    file ??= open(path, 'w', 0o600)
    try {
      await (await file).appendFile(text)
    } catch (error) {
      throw new Error(`A row was refused, and the file for those (--rejects), ${path}, cannot be written: ${(error as Error).message}`, { cause: error })
    }
  }

  return {
    async add ({ line, reasons, row }) {
      const shown = row === undefined ? {} : withoutSecrets(row, isShown)
      const text = `${JSON.stringify({ line, reasons, ...shown })}\n`
      // One after the other, whoever refuses at the same time.
      written = written.then(async () => { await append(text) })
      await written
    },
    async close () {
      // What kept it from being opened has been told by whoever wanted to add to it.
      const opened = await file?.catch(() => undefined)
      await opened?.close()
    }
  }
}

/** What is known to be no secret, and the names of what else there is. In what nobody knows there may be anything. */
function withoutSecrets (row: Readonly<Record<string, unknown>>, isShown: (member: string) => boolean): { row: Record<string, unknown>, notShown: string[] } {
  const members = Object.entries(row)
  const isPlain = ([name, value]: [string, unknown]): boolean => isShown(name) && isSimple(value) && !(typeof value === 'string' && looksSecret(value))
  return {
    row: Object.fromEntries(members.filter(isPlain)),
    notShown: members.filter((member) => !isPlain(member)).map(([name]) => name.length > longestName || looksLikeData(name) ? '…' : name)
  }
}

function isSimple (value: unknown): boolean {
  return typeof value !== 'object' || value === null || value instanceof Date
}
