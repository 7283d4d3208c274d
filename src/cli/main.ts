// The entry of the operator's command: bin/gatehouse.cjs calls this.
import { processIo } from './io.js'
import { runCli } from './program.js'

/** `argv` as process.argv has it. Sets the exit code; never rejects. */
export async function main (argv: readonly string[]): Promise<void> {
  process.exitCode = await runCli(argv.slice(2), processIo())
}
