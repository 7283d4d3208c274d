// The file of refused rows: made when the first one is refused, a line each, without secrets.
import { type FileHandle, open } from 'node:fs/promises'

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

const secretName = /pass|pwd|hash|secret|salt|token|key/i

/** `secretMembers` are members that hold a secret whatever they are called (those that --map names). */
export function createRejects (path: string, secretMembers: ReadonlySet<string>): Rejects {
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
      const shown = row === undefined ? {} : { row: withoutSecrets(row, secretMembers) }
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

function withoutSecrets (value: unknown, members: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, members))
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value)
    .filter(([name]) => !members.has(name) && !secretName.test(name))
    .map(([name, member]) => [name, withoutSecrets(member, members)]))
}
