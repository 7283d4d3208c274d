// Runs the MongoDB half of the suite: the stores' contract and every test over HTTP, on a server that speaks MongoDB's protocol:
// the one that MONGODB_TEST_URL names, or else one that is installed and started here (.ci/mongo/README.md). A server that cannot
// be had is said in a loud line; the exit code is then 3, never 0.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mongoServers, startMongoServer } from './mongodb-server.js'

/** What each server is held to: the first everything over a store, over HTTP and by the operator's commands; the second opinion the
 * contract of the stores. */
const suites: Record<string, string[]> = {
  secantus: [
    'test/stores/mongo*.test.ts', 'test/routes/*.test.ts', 'test/routes/dialects/*.test.ts',
    ...['import', 'import-interrupted', 'import-secrets', 'persons-import', 'store-check', 'store-copy', 'served', 'sessions', 'user-create', 'users', 'keys'].map((name) => `test/cli/${name}.test.ts`),
    ...['plugins/stores', 'plugins/housekeeping', 'recovery', 'accounts', 'login-guard', 'life', 'access', 'administration', 'bad-input', 'processes/two-processes', 'processes/slow-database', 'store-down'].map((name) => `test/${name}.test.ts`)
  ],
  java: ['test/stores/mongo*.test.ts']
}

async function run (command: string, args: string[], env: Record<string, string> = {}): Promise<number> {
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...env } })
  const [code] = await once(child, 'exit') as [number | null]
  return code ?? 1
}

async function test (server: string, url: string): Promise<number> {
  const files = suites[server] ?? suites.secantus ?? []
  // The server is a third process to share the machine with.
  return await run('npx', ['tap', '--jobs=2', '--disable-coverage', '--allow-empty-coverage', ...process.argv.slice(3), ...files], { TEST_STORE: 'mongodb', MONGODB_TEST_URL: url, MONGODB_TEST_SERVER: server })
}

async function main (): Promise<number> {
  const given = process.env.MONGODB_TEST_URL
  if (given !== undefined) return await test(process.argv[2] ?? 'other', given)
  const name = mongoServers.find((one) => one === (process.argv[2] ?? 'secantus'))
  if (name === undefined) throw new Error(`There is no server ${String(process.argv[2])}: ${mongoServers.join(' or ')}.`)
  const server = await startMongoServer(name)
  if (server === null) {
    console.error(`\nNOT RUN: mongodb (the server ${name} could not be installed or started, see above)\n`)
    return 3
  }
  try {
    return await test(name, server.url)
  } finally {
    await server.stop()
  }
}

process.exitCode = await main()
