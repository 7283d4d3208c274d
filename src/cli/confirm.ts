// Asks before what cannot be taken back: on a terminal; elsewhere the command line must have said yes.
import { createInterface } from 'node:readline'
import { UsageError } from './faults.js'
import type { Io } from './io.js'

/** Throws UsageError where nobody can be asked, and an Error in words where the answer is no. */
export async function confirm ({ stdin, stderr }: Io, question: string): Promise<void> {
  if (stdin.isTTY !== true) throw new UsageError('Without a terminal this needs --yes. Nothing was written.')
  stderr.write(`${question} Type yes: `)
  const lines = createInterface({ input: stdin })
  try {
    for await (const line of lines) {
      if (line.trim().toLowerCase() === 'yes') return
      break
    }
    throw new Error('Not confirmed. Nothing was written.')
  } finally {
    lines.close()
  }
}
