// Processes of tests whose code is covered elsewhere.

/** The command that runs Node with these arguments, and without the recorder that tap gives every process of a test by NODE_OPTIONS: with
 * it a process takes twice the time to start. */
export function unrecorded (args: readonly string[]): [string, string[]] {
  return ['env', ['-u', 'NODE_OPTIONS', process.execPath, ...args]]
}
