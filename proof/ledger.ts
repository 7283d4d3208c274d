// What a client sent and what it was told, on disk before it goes on: the witness against a service that was killed.
import { readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'

/** One write to a subject, such as a person: the first makes it, each next one changes it. */
export interface Entry {
  subject: string
  number: number
  /** False: it has been sent, and nothing is known of it. */
  acknowledged: boolean
  /** What the answer told and later requests need. */
  told?: Record<string, string>
}

/** What is known of a subject: its newest acknowledged write (0: none), the newest that was sent, and what the answers told. */
export interface Known { subject: string, acknowledged: number, sent: number, told: Record<string, string> }

export type Ledger = Awaited<ReturnType<typeof openLedger>>

export async function openLedger (path: string) {
  const file = await open(path, 'a')
  let acknowledged = 0
  return {
    /** How many writes have been acknowledged, as the disk has it. */
    get acknowledged () { return acknowledged },
    async note (entry: Entry): Promise<void> {
      await file.appendFile(`${JSON.stringify(entry)}\n`)
      if (!entry.acknowledged) return
      await file.datasync()
      acknowledged += 1
    },
    /** Every subject, as it stands in the file. */
    read (): Known[] {
      const subjects = new Map<string, Known>()
      for (const line of readFileSync(path, 'utf8').split('\n').filter((line) => line !== '')) {
        const { subject, number, acknowledged, told = {} } = JSON.parse(line) as Entry
        const known = subjects.get(subject) ?? { subject, acknowledged: 0, sent: 0, told: {} }
        const newest = acknowledged ? number : known.acknowledged
        subjects.set(subject, { subject, acknowledged: newest, sent: number, told: { ...known.told, ...told } })
      }
      return [...subjects.values()]
    },
    close: async (): Promise<void> => { await file.close() }
  }
}
