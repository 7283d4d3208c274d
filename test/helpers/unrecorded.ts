// Processes of tests whose code is covered elsewhere.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { temporaryFolder } from './config.js'

/** The command that runs Node with these arguments, and without the recorder that tap gives every process of a test by NODE_OPTIONS: with
 * it a process takes twice the time to start. */
export function unrecorded (args: readonly string[]): [string, string[]] {
  return ['env', ['-u', 'NODE_OPTIONS', process.execPath, ...args]]
}

/** A file to run in place of Node: Node without that recorder, for what is forked. */
export function unrecordedNode (t: Test): string {
  const file = join(temporaryFolder(t), 'node')
  writeFileSync(file, `#!/bin/sh\nunset NODE_OPTIONS\nexec '${process.execPath}' "$@"\n`, { mode: 0o755 })
  return file
}
