// SECURITY.md B: a database file that cannot be written.
import { execFile } from 'node:child_process'
import { chmodSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Answer, type Client, type Member, password } from '../../test/helpers/client.js'
import { adminOf } from '../accounts.js'
import { tally } from '../at-once.js'
import type { Row } from '../row.js'
import { during, type Scene, type Service } from '../scene.js'

const run = promisify(execFile)
const recoversWithin = 5000

/** A fault that comes over a running service and goes again. */
interface Fault { name: string, begin (): Promise<unknown>, end (): Promise<unknown> }

/** Files of the process may not grow beyond `bytes`: what a full disk is to a program that appends. */
async function limitFiles ({ child }: Service, bytes: number | 'unlimited'): Promise<void> {
  await run('prlimit', ['--pid', String(child.pid), `--fsize=${bytes}:unlimited`])
}

function faultsOf (scene: Scene, service: Service): Fault[] {
  const file = join(scene.folder, 'gatehouse.db')
  const files = [file, `${file}-wal`]
  const readOnly = async (on: boolean): Promise<void> => {
    // Permissions do not stop root, this does.
    if (process.getuid?.() === 0) return void await run('chattr', [on ? '+i' : '-i', ...files])
    for (const one of files) chmodSync(one, on ? 0o400 : 0o600)
    // They are looked at when a file is opened: a write that fails makes the service open it anew.
    if (on) await limitFiles(service, 0)
    await service.client.register().catch(() => undefined)
    if (on) await limitFiles(service, 'unlimited')
  }
  return [
    { name: 'full', begin: () => limitFiles(service, statSync(`${file}-wal`).size), end: () => limitFiles(service, 'unlimited') },
    { name: 'read-only', begin: () => readOnly(true), end: () => readOnly(false) }
  ]
}

async function writes (client: Client, admin: Member, personId: string, known: string): Promise<Answer[]> {
  const as = client.as(admin)
  return [
    await as.post('/persons', { json: { personId, name: 'Grace Hopper' } }),
    await as.patch(`/persons/${known}`, { json: { name: personId } }),
    await as.delete(`/persons/${known}`),
    await as.patch('/profile', { json: { firstName: personId } }),
    await as.delete(`/sessions/${admin.sessionId}`),
    await client.post('/register', { json: { email: `${personId}@example.com`, password } }),
    await client.post('/login', { json: { email: admin.email, password } }),
    await client.post('/password/forgot', { json: { email: admin.email } }),
    await client.post('/refresh', { json: { refreshToken: admin.refreshToken } })
  ]
}

async function reads (client: Client, admin: Member, known: string): Promise<Answer[]> {
  const as = client.as(admin)
  const lists = ['/sessions', '/users?limit=5', '/persons?limit=5']
  const paths = ['/profile', ...lists, `/persons/${known}`, '/.well-known/jwks.json', '/health/live']
  return await Promise.all(paths.map(async (path) => await as.get(path)))
}

/** One time under a fault: what writes and reads were answered, whether nothing of the refused is there, how soon writes work again. */
async function suffer (fault: Fault, { client }: Service, admin: Member, personId: string) {
  const add = async (name: string): Promise<Answer> =>
    await client.post('/persons', { token: admin.accessToken, json: { personId: `${personId}-${name}`, name: 'Ada Lovelace' } })
  const known = String((await add('before')).body.id)
  await fault.begin()
  const asking = Promise.all([writes(client, admin, personId, known), reads(client, admin, known)])
  const [wrote, read] = await asking.finally(async () => { await fault.end() })
  const took = await during(recoversWithin * 2, async () => (await add('after')).status === 201, 'writes were still refused')
  const person = await client.get(`/persons/${known}`, { token: admin.accessToken })
  const refused = await client.get(`/persons?q=${personId}&limit=5`, { token: admin.accessToken })
  const left = (refused.body.items as unknown[]).length
  const whole = person.body.name === 'Ada Lovelace' && person.body.version === 1 && left === 2
  return { wrote, read, took, whole, login: (await client.post('/login', { json: { email: admin.email, password } })).status }
}

export const diskFull: Row = {
  section: 'B',
  name: 'disk-full',
  title: 'under the running service: no file may grow any more (`prlimit --fsize` at the size of the log: EFBIG where a full disk ' +
    'says ENOSPC); then the database file read-only (`chattr +i`; chmod where not root)',
  asked: `every write 503, nothing of it is there later; reads go on; recovers within ${recoversWithin / 1000} s without a restart`,
  alone: true,
  stores: ['sqlite'],
  async run (scene) {
    const service = await scene.start()
    const admin = await adminOf(scene, service.client)
    const times = scene.long ? 10 : 1
    const figures: string[] = []
    let right = true
    for (const fault of faultsOf(scene, service)) {
      const seen = []
      for (let round = 0; round < times; round += 1) seen.push(await suffer(fault, service, admin, `${fault.name}-${round}`))
      const wrote = seen.flatMap(({ wrote }) => wrote)
      const read = seen.flatMap(({ read }) => read)
      const slowest = Math.max(...seen.map(({ took }) => took))
      const refusals = wrote.every(({ status, headers }) => status === 503 && headers['retry-after'] !== undefined)
      const whole = seen.every(({ whole }) => whole)
      const readOn = read.every(({ status }) => status === 200)
      right &&= refusals && readOn && whole && seen.every(({ login }) => login === 200) && slowest <= recoversWithin
      const tallyOf = (answers: readonly Answer[]): string => tally(answers.map(({ status }) => status))
      const left = whole ? '' : ', SOMETHING OF THE REFUSED IS THERE'
      figures.push(`${fault.name}: writes ${tallyOf(wrote)}, reads ${tallyOf(read)}, well after ${Math.round(slowest)} ms${left}`)
    }
    return { passed: right && service.child.exitCode === null, figure: figures.join('; ') }
  }
}
