// npm run fuzz: Schemathesis against the compiled service, as nobody, client, manager and admin; prints what it found.
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { fuzzAll, testers } from '../proof/fuzzing.js'
import { stores } from '../proof/row.js'
import { inScene } from '../proof/scene.js'
import { startMongoServer } from './mongodb-server.js'

const help = `npm run fuzz -- [options]
  --store STORE    sqlite (the default) or mongodb
  --as WHO         ${testers.join(', ')}; may be repeated; without it all of them
  --examples N     how many tries of each kind at each operation; default 20
  --seed N         repeats a run`

const { values } = parseArgs({ options: {
  store: { type: 'string', default: 'sqlite' },
  as: { type: 'string', multiple: true },
  examples: { type: 'string', default: '20' },
  seed: { type: 'string', default: String(randomInt(2 ** 31)) },
  help: { type: 'boolean', default: false }
} })

async function main (): Promise<void> {
  const store = stores.find((name) => name === values.store)
  const who = testers.filter((name) => values.as === undefined || values.as.includes(name))
  if (values.help || store === undefined || who.length === 0) { console.log(help); return }
  const server = store === 'mongodb' ? await startMongoServer('secantus') : undefined
  if (server === null) throw new Error('The MongoDB-speaking server could not be installed or started.')
  console.log(`seed ${values.seed}`)
  try {
    const scene = { store, long: true, seed: Number(values.seed), mongodbUrl: server?.url }
    const found = await inScene(scene, async (scene) => await fuzzAll(scene, Number(values.examples), who))
    for (const { printed } of found) console.log(printed)
    for (const { passed, figure } of found) console.log(`${passed ? 'ok    ' : 'NOT OK'} ${figure}`)
    if (found.some(({ passed }) => !passed)) process.exitCode = 1
  } finally {
    await server?.stop()
  }
}

await main()
