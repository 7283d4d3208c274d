// Runs the MongoDB half of the suite: the stores' contract and every test over HTTP, on a server that speaks MongoDB's protocol:
// the one that MONGODB_TEST_URL names, or else one that is installed and started here (.ci/mongo/README.md). A server that cannot
// be had is said in a loud line; the exit code is then 3, never 0.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { MongoClient } from 'mongodb'

/** What each server is held to: the first everything over a store, over HTTP and by the operator's commands; the second opinion the
 * contract of the stores and the guard of log-ins. */
const suites: Record<string, string[]> = {
  secantus: [
    'test/stores/mongo*.test.ts', 'test/routes/*.test.ts', 'test/routes/dialects/*.test.ts',
    ...['import', 'import-interrupted', 'persons-import', 'store-copy', 'user-create', 'keys'].map((name) => `test/cli/${name}.test.ts`),
    ...['plugins/stores', 'plugins/housekeeping', 'life', 'access', 'administration', 'bad-input', 'two-processes', 'store-down'].map((name) => `test/${name}.test.ts`)
  ],
  java: ['test/stores/mongo*.test.ts', 'test/login-guard.test.ts']
}

async function run (command: string, args: string[], env: Record<string, string> = {}): Promise<number> {
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...env } })
  const [code] = await once(child, 'exit') as [number | null]
  return code ?? 1
}

async function freePort (): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

async function answers (url: string): Promise<boolean> {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 500 })
  return await client.db('admin').command({ ping: 1 }).then(() => true, () => false).finally(() => client.close())
}

async function start (server: string, folder: string): Promise<{ child: ChildProcess, url: string } | null> {
  if (await run(`.ci/mongo/${server}`, ['install']) !== 0) return null
  const port = await freePort()
  const child = spawn(`.ci/mongo/${server}`, ['start', String(port), folder], { stdio: ['ignore', 'ignore', 'inherit'] })
  const url = `mongodb://127.0.0.1:${port}/?directConnection=true`
  for (let tries = 0; tries < 60 && child.exitCode === null; tries += 1) {
    if (await answers(url)) return { child, url }
    await sleep(250)
  }
  child.kill('SIGKILL')
  return null
}

async function test (server: string, url: string): Promise<number> {
  const files = suites[server] ?? suites.secantus ?? []
  return await run('npx', ['tap', '--disable-coverage', '--allow-empty-coverage', ...process.argv.slice(3), ...files], { TEST_STORE: 'mongodb', MONGODB_TEST_URL: url, MONGODB_TEST_SERVER: server })
}

async function main (): Promise<number> {
  const given = process.env.MONGODB_TEST_URL
  if (given !== undefined) return await test(process.argv[2] ?? 'other', given)
  const server = process.argv[2] ?? 'secantus'
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-mongodb-'))
  const started = await start(server, folder)
  if (started === null) {
    console.error(`\nNOT RUN: mongodb (the server ${server} could not be installed or started, see above)\n`)
    return 3
  }
  const code = await test(server, started.url)
  started.child.kill('SIGTERM')
  await Promise.race([once(started.child, 'exit'), sleep(10_000)])
  rmSync(folder, { recursive: true, force: true })
  return code
}

process.exitCode = await main()
