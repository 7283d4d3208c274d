// Runs Schemathesis against a service, as nobody, client, manager and admin.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Client, type Member, password } from '../test/helpers/client.js'
import { keepAuthorized, placeholder } from './live-token.js'
import type { Scene } from './scene.js'

export const testers = ['nobody', 'client', 'manager', 'admin'] as const
export type Tester = typeof testers[number]
export interface Fuzzed { tester: Tester, passed: boolean, figure: string, printed: string }

const root = fileURLToPath(new URL('..', import.meta.url))
const metricsToken = 'the-token-of-whoever-reads-the-metrics'
let made = 0

/** Makes accounts of a role. They come by it from an admin, who is made anew where a tester has seen to that one too. */
function createCaster (scene: Scene, client: Client) {
  let root: Member | undefined

  async function makeRoot (): Promise<Member> {
    const email = `root${made += 1}@example.com`
    await scene.operate(['user', 'create', '--email', email, '--role', 'admin', '--password-stdin'], `${password}\n`)
    return await client.login({ email, password })
  }

  return async function newToken (tester: Tester): Promise<string> {
    const { id, accessToken, refreshToken } = await client.register({ email: `tester${made += 1}@example.com` })
    if (tester === 'client') return accessToken
    const give = async (): Promise<boolean> => {
      if (root === undefined) return false
      const { status } = await client.as(root).patch(`/users/${id}`, { json: { role: tester } })
      return status === 200
    }
    if (!await give()) {
      root = await makeRoot()
      if (!await give()) throw new Error('An admin just made cannot give a role.')
    }
    return String((await client.post('/refresh', { json: { refreshToken } })).body.accessToken)
  }
}

/** What it leaves behind it leaves in `folder`. */
async function run (folder: string, args: readonly string[]): Promise<{ code: number | null, printed: string }> {
  const child = spawn(join(root, '.ci/schemathesis'), args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => { printed += part.toString() })
  const [code] = await once(child, 'close') as [number | null]
  return { code, printed }
}

interface Plan { scene: Scene, origin: string, examples: number, newToken (tester: Tester): Promise<string> }

/** All checks and all phases, up to `examples` tries of each kind at each operation. */
async function fuzz ({ scene, origin, examples, newToken }: Plan, tester: Tester): Promise<Fuzzed> {
  const proxy = await keepAuthorized(origin, async (path) => path.startsWith('/metrics') ? metricsToken : await newToken(tester))
  try {
    const { code, printed } = await run(scene.folder, [
      '--config-file', join(root, 'proof/schemathesis.toml'), '--no-color', 'run', join(root, 'openapi.yaml'), '--url', proxy.origin,
      '--seed', String(scene.seed), '--max-examples', String(examples), '--continue-on-failure',
      ...(tester === 'nobody' ? [] : ['--header', `Authorization: Bearer ${placeholder}`])
    ])
    const [, cases = 'nothing'] = /Test cases:\s+(.+)/.exec(printed) ?? []
    const renewed = proxy.renewed() > 0 ? `, ${proxy.renewed()} times another account` : ''
    return { tester, passed: code === 0, figure: `${tester}: ${cases}${renewed}`, printed }
  } finally {
    proxy.close()
  }
}

/** Starts a service and plays the testers one after the other. */
export async function fuzzAll (scene: Scene, examples: number, who: readonly Tester[] = testers): Promise<Fuzzed[]> {
  const { origin, client } = await scene.start({ METRICS_TOKEN: metricsToken, ACCESS_TOKEN_TTL: '1h' })
  const newToken = createCaster(scene, client)
  const found: Fuzzed[] = []
  for (const tester of who) found.push(await fuzz({ scene, origin, examples, newToken }, tester))
  return found
}
