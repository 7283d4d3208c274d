// gatehouse keys retire: ends a key that has leaked, or all that a new AUTH_SECRET does not open.
import type { Command } from 'commander'
import { createAudit } from '../audit.js'
import { createSealer } from '../seal.js'
import type { KeyAlgorithm, SigningKey, Stores } from '../stores/stores.js'
import { unusableKeys } from '../tokens/key-check.js'
import { chooseSigner, isRetired } from '../tokens/key-states.js'
import { UsageError } from './faults.js'
import type { Cli } from './io.js'
import { printJson, printLine } from './print.js'
import { operator } from './services.js'
import { withStores } from './with-stores.js'

const examples = `
From now on no token counts that this key has signed; running instances take it up within 15 s. Nobody is logged out: clients
get new access tokens with their refresh tokens. The key that signs is refused unless another one can: first rotate with --now.

--unopenable is for a new AUTH_SECRET, where the one of before has leaked: it ends all keys that the new one does not open. The next
start makes a key; everybody logs in again, and links and mails that wait are void. Stop the service and make a backup first.

Examples:
  gatehouse keys rotate --now && gatehouse keys retire NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs
  gatehouse keys list --json | jq -r 'select(.state == "verifying").kid' | xargs -n 1 gatehouse keys retire
  AUTH_SECRET_FILE=/run/secrets/new gatehouse keys retire --unopenable`

/** One kid in 64 begins with a hyphen, as an option does: it goes behind the options. None of these is as long as a thumbprint (RFC 7638). */
export function kidsApart (args: readonly string[]): readonly string[] {
  const isKid = (text: string): boolean => /^-[\w-]{42}$/.test(text)
  if (args[0] !== 'keys' || args[1] !== 'retire' || args.includes('--') || !args.some(isKid)) return args
  return [...args.filter((text) => !isKid(text)), '--', ...args.filter(isKid)]
}

export function addKeysRetire (keys: Command, cli: Cli): void {
  keys.command('retire')
    .description('end a key at once, with every token it has signed')
    .argument('[kid]', 'the key, as keys list shows it')
    .option('--unopenable', 'end every key that AUTH_SECRET does not open, instead')
    .option('--json', 'print NDJSON { kid, retiresAt }, one key a line')
    .addHelpText('after', examples)
    .action(async (kid: string | undefined, { unopenable, json }: { unopenable?: true, json?: true }) => {
      if ((kid === undefined) === (unopenable === undefined)) throw new UsageError('Name a key, or give --unopenable.')
      const retiresAt = cli.clock()
      const ended = await withStores(cli, async ({ jwt, authSecret }, stores) => {
        const ring = await stores.signingKeys.list()
        const chosen = kid === undefined ? unusableKeys(ring, createSealer(authSecret, 'signing-keys'), retiresAt) : [keyNamed(kid, ring, jwt.algorithm, retiresAt)]
        for (const one of chosen) await retire(stores, one, retiresAt, cli)
        return chosen
      })
      for (const one of ended) {
        if (json === true) printJson(cli.stdout, { kid: one, retiresAt })
        else printLine(cli.stdout, `Retired the key ${one}: no token it has signed counts any more.`)
      }
      if (ended.length === 0 && json !== true) printLine(cli.stdout, 'AUTH_SECRET opens every key that counts: nothing to retire.')
    })
}

/** Throws where there is no such key that counts, or no other that could sign. */
function keyNamed (kid: string, ring: readonly SigningKey[], algorithm: KeyAlgorithm, now: Date): string {
  const key = ring.find((one) => one.kid === kid)
  if (key === undefined) throw new Error('There is no such key. See gatehouse keys list.')
  if (isRetired(key, now)) throw new Error('This key is retired already.')
  if (chooseSigner(ring.filter((one) => one !== key), algorithm, now) === null) throw new Error('No other key could sign. First make one: gatehouse keys rotate --now')
  return kid
}

async function retire ({ signingKeys, audit }: Stores, kid: string, at: Date, { clock }: Cli): Promise<void> {
  await signingKeys.setRetiresAt(kid, at)
  await createAudit({ store: audit, clock }).record('authn_token_revoked', { ...operator, detail: { signingKey: kid } })
}
