// gatehouse keys list: the ring of keys as the store has it. Opens none of them, and makes none.
import type { Command } from 'commander'
import type { KeyAlgorithm, SigningKey } from '../stores/stores.js'
import { chooseSigner, type KeyState, stateOf } from '../tokens/key-states.js'
import type { Cli } from './io.js'
import { printJson, printLine, printTable } from './print.js'
import { withStores } from './with-stores.js'

const examples = `
States: next (published, does not sign yet), signing, verifying (its tokens count, it signs no more), retired.

Examples:
  gatehouse keys list
  gatehouse keys list --json | jq -r 'select(.state == "signing").kid'`

export interface KeyLine { kid: string, algorithm: KeyAlgorithm, state: KeyState, createdAt: Date, signsFrom: Date, retiresAt: Date | null }

/** The keys, oldest first, with what each is for at `now` where new tokens are signed with `algorithm`. */
export function keyLines (keys: readonly SigningKey[], algorithm: KeyAlgorithm, now: Date): KeyLine[] {
  const signer = chooseSigner(keys, algorithm, now)
  return keys.map((key) => ({ kid: key.kid, algorithm: key.algorithm, state: stateOf(key, signer, now), createdAt: key.createdAt, signsFrom: key.signsFrom, retiresAt: key.retiresAt }))
}

export function addKeysList (keys: Command, cli: Cli): void {
  keys.command('list')
    .description('show the keys: kid, algorithm, state, from when each signs, until when it counts')
    .option('--json', 'print NDJSON, one key a line')
    .addHelpText('after', examples)
    .action(async ({ json }: { json?: true }) => {
      const lines = await withStores(cli, async (config, stores) => keyLines(await stores.signingKeys.list(), config.jwt.algorithm, cli.clock()))
      if (json === true) return lines.forEach((line) => { printJson(cli.stdout, line) })
      if (lines.length === 0) return printLine(cli.stdout, 'There are no keys yet: the first start of the service makes one.')
      printTable(cli.stdout, ['KID', 'ALGORITHM', 'STATE', 'SIGNS FROM', 'RETIRES AT'],
        lines.map(({ kid, algorithm, state, signsFrom, retiresAt }) => [kid, algorithm, state, signsFrom.toISOString(), retiresAt?.toISOString() ?? '-']))
    })
}
