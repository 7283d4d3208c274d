// gatehouse keys rotate: publishes the next signing key.
import type { Command } from 'commander'
import { createAudit } from '../audit.js'
import { createSealer } from '../seal.js'
import { createKeyRing } from '../tokens/signing-keys.js'
import type { Cli } from './io.js'
import { printJson, printLine, sayDuration } from './print.js'
import { operator } from './services.js'
import { withStores } from './with-stores.js'

const examples = `
Nobody is logged out: the new key is published 5 min 15 s before it signs, so that every instance and every cache of the key
set knows it, and the old one counts until the last of its tokens has died. Running instances take it up within 15 s.

--now is for a key that may have leaked: the new one signs at once. Whoever keeps a copy of the key set must read it anew.

Examples:
  gatehouse keys rotate
  gatehouse keys rotate --now --json`

export function addKeysRotate (keys: Command, cli: Cli): void {
  keys.command('rotate')
    .description('publish the next key')
    .option('--now', 'let the new key sign at once')
    .option('--json', 'print the new key and the end of the old ones as JSON')
    .addHelpText('after', examples)
    .action(async ({ now = false, json = false }: { now?: boolean, json?: boolean }) => {
      const { key, older } = await rotate(cli, now)
      if (json) return printJson(cli.stdout, { ...key, older: older.map(({ kid, retiresAt }) => ({ kid, retiresAt })) })
      const signs = now ? 'It signs at once' : `It signs from ${key.signsFrom.toISOString()} (in ${sayDuration((key.signsFrom.getTime() - cli.clock().getTime()) / 1000)})`
      const until = new Date(Math.max(...older.map(({ retiresAt }) => Number(retiresAt))))
      printLine(cli.stdout, `Published the ${key.algorithm} key ${key.kid}. ${signs}; what came before it counts until ${until.toISOString()}.`)
    })
}

async function rotate (cli: Cli, now: boolean) {
  return await withStores(cli, async ({ authSecret, jwt, longestTokenSeconds }, { signingKeys, audit }) => {
    const ring = createKeyRing({ store: signingKeys, sealer: createSealer(authSecret, 'signing-keys'), algorithm: jwt.algorithm, accessTokenSeconds: longestTokenSeconds, clock: cli.clock })
    // Makes the first key where there is none, so that there always is an older one.
    await ring.load()
    const key = await ring.rotate({ now })
    await createAudit({ store: audit, clock: cli.clock }).record('sensitive_create', { ...operator, detail: { signingKey: key.kid, signsAtOnce: now } })
    return { key, older: ring.list().filter(({ kid, state }) => kid !== key.kid && state !== 'retired') }
  })
}
