// The log of a test: the real logger, its lines kept in memory.
import { Writable } from 'node:stream'
import { createLogger } from '../../src/log.js'

export type LogLine = Record<string, unknown> & { level: number, msg: string }

export function createTestLog (level = 'info') {
  const written: string[] = []
  const destination = new Writable({
    write (chunk: Buffer, _encoding, done) {
      written.push(chunk.toString())
      done()
    }
  })
  return {
    logger: createLogger({ level, destination }),
    /** Everything that was written, as it was written. */
    text: () => written.join(''),
    /** The lines with this message, parsed. */
    lines: (message?: string): LogLine[] => written.join('').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as LogLine)
      .filter(({ msg }) => message === undefined || msg === message)
  }
}
