// gatehouse keys retire: ends a key that has leaked.
import { type Command } from 'commander'
import { createAudit } from '../audit.js'
import { chooseSigner, isRetired } from '../tokens/key-states.js'
import { type Cli } from './io.js'
import { printJson, printLine } from './print.js'
import { operator } from './services.js'
import { withStores } from './with-stores.js'

const examples = `
From now on no token counts that this key has signed; running instances take it up within 15 s. Nobody is logged out: clients
get new access tokens with their refresh tokens. The key that signs is refused unless another one can: first rotate with --now.

Examples:
  gatehouse keys rotate --now && gatehouse keys retire NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs
  gatehouse keys list --json | jq -r 'select(.state == "verifying").kid' | xargs -n 1 gatehouse keys retire`

export function addKeysRetire (keys: Command, cli: Cli): void {
  keys.command('retire')
    .description('end a key at once, with every token it has signed')
    .argument('<kid>', 'the key, as keys list shows it')
    .option('--json', 'print { kid, retiresAt } as JSON')
    .addHelpText('after', examples)
    .action(async (kid: string, { json }: { json?: true }) => {
      const retiresAt = cli.clock()
      await withStores(cli, async ({ jwt }, { signingKeys, audit }) => {
        const ring = await signingKeys.list()
        const key = ring.find((one) => one.kid === kid)
        if (key === undefined) throw new Error('There is no such key. See gatehouse keys list.')
        if (isRetired(key, retiresAt)) throw new Error('This key is retired already.')
        if (chooseSigner(ring.filter((one) => one !== key), jwt.algorithm, retiresAt) === null) throw new Error('No other key could sign. First make one: gatehouse keys rotate --now')
        await signingKeys.setRetiresAt(kid, retiresAt)
        await createAudit({ store: audit, clock: cli.clock }).record('authn_token_revoked', { ...operator, detail: { signingKey: kid } })
      })
      if (json === true) printJson(cli.stdout, { kid, retiresAt })
      else printLine(cli.stdout, `Retired the key ${kid}: no token it has signed counts any more.`)
    })
}
