// gatehouse config check: the configuration as it is in effect, or every fault of it.
import type { Command } from 'commander'
import { type Config, ConfigError, configFaults, loadConfig } from '../config.js'
import { effectiveConfig } from './effective-config.js'
import type { Cli } from './io.js'
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
    .action(async ({ json = false }: { json?: boolean }) => {
      const { configuration, fault } = await read(cli)
      if (fault !== null) cli.exitCode = 1
      if (json) return printJson(cli.stdout, { ok: fault === null, configuration, faults: fault?.faults ?? [] })
      if (fault !== null) return configFaults(fault).forEach((line) => { printLine(cli.stderr, line) })
      for (const [name, value] of Object.entries(configuration)) printLine(cli.stdout, `${name}=${String(value)}`)
    })
}

async function read (cli: Cli): Promise<{ configuration: Record<string, unknown>, fault: ConfigError | null }> {
  try {
    const environment = cli.environment()
    const config = loadConfig(environment)
    await checkDialects(config)
    return { configuration: effectiveConfig(config, environment), fault: null }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { configuration: {}, fault: error }
  }
}

/** Dialects may clash with each other and with the main API, which only their routes can tell. */
async function checkDialects (config: Config): Promise<void> {
  if (config.dialects.length === 0) return
  // Loaded here, so that nobody without dialects waits for the web framework.
  const { rehearse } = await import('../app.js')
  try {
    await rehearse(config)
  } catch (error) {
    throw new ConfigError([(error as Error).message])
  }
}
