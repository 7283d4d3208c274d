// Runs the recipes of docs/VERIFY.md (examples/verify) against a service that it starts: each has to take a live token, and to refuse
// one that was logged out, one whose role has changed, and forged ones. Where a tool chain is missing it says so.
// Usage: npm run build && npm run typescript scripts/check-recipes.ts
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './mongodb-server.js'

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-recipes-'))
const revocationsToken = 'for-the-recipes-alone-0123456789abcdef'
const address = `http://127.0.0.1:${await freePort()}`
const password = 'a pass phrase for recipes'
const environment = { PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR: folder, PORT: new URL(address).port, REVOCATIONS_TOKEN: revocationsToken, LOG_LEVEL: 'error' }

interface Recipe { name: string, command: string, args: string[], cwd: string }

/** Makes what a recipe needs; null where that cannot be done. */
function prepare (name: string, make: () => Omit<Recipe, 'name'>): Recipe[] {
  try {
    return [{ name, ...make() }]
  } catch (error) {
    console.log(`NOT RUN: ${name} (${(error as Error).message.split('\n')[0] ?? ''})`)
    return []
  }
}

function python (): Omit<Recipe, 'name'> {
  const venv = join(folder, 'venv')
  execFileSync('python3', ['-m', 'venv', venv], { stdio: 'pipe' })
  execFileSync(join(venv, 'bin/pip'), ['install', '--quiet', 'pyjwt[crypto]==2.10.1'], { stdio: 'pipe', timeout: 180_000 })
  return { command: join(venv, 'bin/python'), args: ['examples/verify/verify.py'], cwd: '.' }
}

function go (): Omit<Recipe, 'name'> {
  const program = join(folder, 'verify')
  execFileSync('go', ['build', '-o', program, '.'], { cwd: 'examples/verify/go', stdio: 'pipe', timeout: 300_000 })
  return { command: program, args: [], cwd: '.' }
}

async function post (path: string, body: unknown, token?: string): Promise<{ accessToken: string }> {
  const headers = { ...(body !== undefined && { 'content-type': 'application/json' }), ...(token !== undefined && { authorization: `Bearer ${token}` }) }
  const answer = await fetch(`${address}${path}`, { method: 'POST', headers, ...(body !== undefined && { body: JSON.stringify(body) }) })
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`)
  return answer.status === 204 ? { accessToken: '' } : await answer.json() as { accessToken: string }
}

async function makeTokens (): Promise<Record<string, { token: string, counts: boolean }>> {
  const register = async (name: string): Promise<string> => (await post('/register', { email: `${name}@example.com`, password })).accessToken
  const [live, out, promoted] = [await register('live'), await register('out'), await register('promoted')]
  await post('/logout', undefined, out)
  execFileSync(process.execPath, ['bin/gatehouse.cjs', 'user', 'role', 'promoted@example.com', 'manager'], { env: environment, stdio: 'pipe' })
  const [header = '', claims = '', signature = ''] = live.split('.')
  const other = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
  const read = (part: string): object => JSON.parse(Buffer.from(part, 'base64url').toString()) as object
  return {
    live: { token: live, counts: true },
    'logged out': { token: out, counts: false },
    'role changed': { token: promoted, counts: false },
    'another signature': { token: `${header}.${claims}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`, counts: false },
    'another role': { token: `${header}.${other({ ...read(claims), role: 'admin' })}.${signature}`, counts: false },
    'alg none': { token: `${other({ ...read(header), alg: 'none' })}.${claims}.`, counts: false }
  }
}

const service = spawn(process.execPath, ['bin/gatehouse.cjs', 'start'], { env: environment, stdio: 'inherit' })
try {
  const recipes = [
    ...prepare('jose', () => ({ command: process.execPath, args: ['examples/verify/jose.mjs'], cwd: '.' })),
    ...prepare('@fastify/jwt', () => ({ command: process.execPath, args: ['examples/verify/fastify-jwt.mjs'], cwd: '.' })),
    ...prepare('python', python),
    ...prepare('go', go)
  ]
  for (let tries = 0; tries < 300 && !await fetch(`${address}/health/ready`).then(({ ok }) => ok, () => false); tries += 1) await sleep(200)
  const tokens = await makeTokens()
  for (const { name, command, args, cwd } of recipes) {
    for (const [kind, { token, counts }] of Object.entries(tokens)) {
      const { status, stdout, stderr } = spawnSync(command, [...args, address, token, revocationsToken], { cwd, encoding: 'utf8', timeout: 60_000 })
      const right = status === (counts ? 0 : 1) && stdout.startsWith(counts ? 'accepted' : 'refused')
      console.log(`${right ? 'ok    ' : 'NOT OK'} ${name.padEnd(12)} ${kind.padEnd(18)} ${stdout.trim()}${right ? '' : stderr}`)
      if (!right) process.exitCode = 1
    }
  }
} finally {
  const ended = once(service, 'exit')
  service.kill()
  await ended
  rmSync(folder, { recursive: true, force: true })
}
