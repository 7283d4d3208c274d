// How far an import is: on a terminal a line that is rewritten, elsewhere a new line every ten seconds.
import type { Clock } from '../../clock.js'
import type { Output } from '../io.js'

export interface Progress {
  /** Tells that so many rows have been read, if it is time to. */
  show (rows: number): void
  /** Takes the line on the terminal away. */
  end (): void
}

const everyMilliseconds = { terminal: 200, elsewhere: 10_000 }

export function createProgress (output: Output, clock: Clock): Progress {
  const terminal = output.isTTY === true
  const every = terminal ? everyMilliseconds.terminal : everyMilliseconds.elsewhere
  const began = clock().getTime()
  let last = began

  return {
    show (rows) {
      const now = clock().getTime()
      if (now - last < every) return
      last = now
      const text = `${rows.toLocaleString('en')} rows, ${Math.round(rows * 1000 / (now - began)).toLocaleString('en')} rows/s`
      // Erase in line (ECMA-48 EL), so that a shorter text leaves nothing of a longer one.
      output.write(terminal ? `\r\u001b[K${text}` : `${text}\n`)
    },
    end () {
      if (terminal) output.write('\r\u001b[K')
    }
  }
}
