// gatehouse start: runs the service.
import type { Command } from 'commander'

const examples = `
Runs until SIGINT or SIGTERM, then finishes what is under way (at most 10 s; a second signal does not wait).
The log goes to standard output: JSON lines, or readable ones on a terminal.

Examples:
  gatehouse start
  PORT=8080 DATABASE_URL=sqlite:/var/lib/gatehouse/gatehouse.db gatehouse start`

export function addStart (program: Command): void {
  program.command('start')
    .description('run the service')
    .addHelpText('after', examples)
    .action(async () => {
      // Loaded here, so that no other command waits for the web framework.
      const { serve } = await import('../server.js')
      await serve()
    })
}
