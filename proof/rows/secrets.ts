// SECURITY.md C: secrets and keys that are none.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSealer } from '../../src/seal.js'
import { openStores } from '../../src/stores/open.js'
import type { SigningKey } from '../../src/stores/stores.js'
import { generatePrivateJwk } from '../../src/tokens/key-material.js'
import { adminOf } from '../accounts.js'
import { type Row, stores } from '../row.js'
import type { Scene } from '../scene.js'

/** A start that must be refused in words that match `says`. */
interface Case { name: string, environment: Record<string, string>, says: RegExp }

const short = 'Xk3-9aQ'
const production = { NODE_ENV: 'production', PUBLIC_URL: 'https://auth.example.com', SMTP_URL: 'smtp://127.0.0.1:9' }
const another = 'Wb7tD1uPzq0sKfYx4mHc9vLr2eNa6gJo5iTy8wQkZlU='

/** Files in every state a secret file can be in. */
async function filesIn (folder: string): Promise<(name: string) => string> {
  const path = (name: string): string => join(folder, 'secrets', name)
  await mkdir(path('folder'), { recursive: true })
  await writeFile(path('empty'), '')
  await writeFile(path('blank'), ' \n')
  await writeFile(path('short'), `${short}\n`)
  for (const state of ['empty', 'short']) {
    await mkdir(path(`development-${state}`))
    await writeFile(join(path(`development-${state}`), 'auth-secret'), state === 'empty' ? '' : short)
  }
  return path
}

function settings (path: (name: string) => string): Case[] {
  const value = (name: string, secret: string, says: RegExp): Case => ({ name, environment: { ...production, AUTH_SECRET: secret }, says })
  const file = (name: string, says: RegExp): Case =>
    ({ name: `file: ${name}`, environment: { ...production, AUTH_SECRET: '', AUTH_SECRET_FILE: path(name) }, says })
  const kept = (state: string, says: RegExp): Case =>
    ({ name: `kept in development: ${state}`, environment: { AUTH_SECRET: '', DATA_DIR: path(`development-${state}`) }, says })
  return [
    value('missing', '', /AUTH_SECRET is not set/),
    value('blank', '   ', /AUTH_SECRET is not set/),
    value('short', short, /AUTH_SECRET has 7 bytes/),
    value('placeholder', 'change-me-change-me-change-me-change-me', /AUTH_SECRET is a placeholder/),
    value('repeated', 'Zk4Zk4Zk4Zk4Zk4Zk4Zk4Zk4Zk4Zk4Zk4Zk4', /AUTH_SECRET repeats itself/),
    file('missing', /AUTH_SECRET_FILE \(\S+missing\) cannot be read: ENOENT/),
    file('empty', /AUTH_SECRET_FILE \(\S+empty\) is empty/),
    file('blank', /AUTH_SECRET_FILE \(\S+blank\) is empty/),
    file('short', /AUTH_SECRET_FILE \(\S+short\) has 7 bytes/),
    file('folder', /AUTH_SECRET_FILE \(\S+folder\) cannot be read: EISDIR/),
    kept('empty', /AUTH_SECRET as kept in \S+ is empty/),
    kept('short', /AUTH_SECRET as kept in \S+ has 7 bytes/),
    { name: 'both', environment: { AUTH_SECRET_FILE: path('short') }, says: /AUTH_SECRET and AUTH_SECRET_FILE are both set/ },
    { name: 'another than before', environment: { AUTH_SECRET: another }, says: /AUTH_SECRET is not the one the signing keys/ }
  ]
}

/** Starts and answers what is wrong about it; null: it refused as asked. */
async function refuses (scene: Scene, { name, environment, says }: Case): Promise<string | null> {
  const started = async (): Promise<null> => {
    await (await scene.start(environment, { ready: false })).stop('SIGKILL')
    return null
  }
  const told = await started().catch((error: unknown) => (error as Error).message)
  if (told === null) return `${name}: it started`
  if (!/^The service ended with 1: /.test(told)) return `${name}: ${told.slice(0, 60)}`
  if (told.includes(short) || told.includes(another)) return `${name}: the secret is shown`
  return says.test(told) ? null : `${name}: it said ${/gatehouse cannot start.*|$/.exec(told)?.[0] ?? ''}`
}

/** The sealed keys that are not to be started with: each is the stored key with another sealed text. */
function brokenKeys ({ kid, sealedPrivateJwk }: SigningKey, secret: string): Array<{ name: string, sealed: string }> {
  const seal = (text: string): string => createSealer(Buffer.from(secret), 'signing-keys').seal(text, kid)
  return [
    { name: 'empty', sealed: '' },
    { name: 'short', sealed: sealedPrivateJwk.slice(0, 20) },
    { name: 'changed', sealed: `${sealedPrivateJwk.slice(0, -4)}AAAA` },
    { name: 'no key', sealed: seal('{}') },
    { name: 'another type', sealed: seal(JSON.stringify(generatePrivateJwk('ES256'))) },
    { name: 'another key', sealed: seal(JSON.stringify(generatePrivateJwk('EdDSA'))) }
  ]
}

/** The short form plays some of them, by chance. */
const chosen = ({ long, random }: Scene): boolean => long || random() < 0.25

/** Puts each broken key in the place of the stored one, tries to start, and puts it back. */
async function refusesKeys (scene: Scene): Promise<Array<string | null>> {
  const { stores, close } = await openStores({ databaseUrl: scene.databaseUrl })
  try {
    const [key] = await stores.signingKeys.list()
    if (key === undefined) throw new Error('There is no signing key.')
    const found: Array<string | null> = []
    for (const { name, sealed } of brokenKeys(key, scene.environment.AUTH_SECRET as string).filter(() => chosen(scene))) {
      await stores.transfer.write('signingKeys', [{ ...key, sealedPrivateJwk: sealed }], null, null)
      found.push(await refuses(scene, { name: `stored key: ${name}`, environment: {}, says: new RegExp(key.kid) }))
    }
    await stores.transfer.write('signingKeys', [key], null, null)
    return found
  } finally {
    await close()
  }
}

export const secrets: Row = {
  section: 'C',
  name: 'secrets',
  title: 'AUTH_SECRET, its file and the signing key in the store: missing, empty, short, of a wrong type, another one',
  asked: 'refuses to start with exit code 1, says which, and does not show it; starts with the right one before and after, and the old ' +
    'tokens count',
  stores,
  async run (scene) {
    const before = await scene.start()
    const { accessToken } = await adminOf(scene, before.client)
    await before.stop()
    const cases = settings(await filesIn(scene.folder)).filter(() => chosen(scene))
    const found: Array<string | null> = []
    const all = cases.length
    await Promise.all(Array.from({ length: 3 }, async () => {
      for (let next = cases.pop(); next !== undefined; next = cases.pop()) found.push(await refuses(scene, next))
    }))
    found.push(...await refusesKeys(scene))
    const { client } = await scene.start()
    const again = (await client.get('/profile', { token: accessToken })).status
    const faults = found.filter((fault) => fault !== null)
    const refused = `${found.length - faults.length} of ${found.length} refused as asked (${all} settings, the rest stored keys)`
    return { passed: faults.length === 0 && again === 200, figure: [refused, `then with the right one ${again}`, ...faults].join('; ') }
  }
}
