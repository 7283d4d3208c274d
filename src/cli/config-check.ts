// gatehouse config check: the configuration as it is in effect, or every fault of it.
import { type Command } from 'commander'
import { ConfigError, configFaults, loadConfig } from '../config.js'
import { effectiveConfig } from './effective-config.js'
import { type Cli } from './io.js'
import { printJson, printLine } from './print.js'

const examples = `
Prints every variable with the value in effect, secrets left out. Exit code 1 with all faults at once where there are any.

Examples:
  gatehouse config check
  gatehouse config check --json | jq .faults`

export function addConfigCheck (config: Command, cli: Cli): void {
  config.command('check')
    .description('print the configuration in effect, or its faults')
    .option('--json', 'print { ok, configuration, faults } as JSON')
    .addHelpText('after', examples)
    .action(({ json = false }: { json?: boolean }) => {
      const { configuration, fault } = read(cli)
      if (fault !== null) cli.exitCode = 1
      if (json) return printJson(cli.stdout, { ok: fault === null, configuration, faults: fault?.faults ?? [] })
      if (fault !== null) return configFaults(fault).forEach((line) => { printLine(cli.stderr, line) })
      for (const [name, value] of Object.entries(configuration)) printLine(cli.stdout, `${name}=${String(value)}`)
    })
}

function read (cli: Cli): { configuration: Record<string, unknown>, fault: ConfigError | null } {
  try {
    const environment = cli.environment()
    return { configuration: effectiveConfig(loadConfig(environment), environment), fault: null }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { configuration: {}, fault: error }
  }
}
