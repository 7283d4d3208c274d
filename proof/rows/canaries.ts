// SECURITY.md E: secrets sent through every operation, and looked for in all that the service writes.
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { hashToken } from '../../src/mail/links.js'
import { createSealer } from '../../src/seal.js'
import { openStores } from '../../src/stores/open.js'
import { type Member, password as plain } from '../../test/helpers/client.js'
import type { ApiDocument } from '../../test/helpers/document.js'
import { type Ask, overSocket, type Reply, type Send } from '../../test/helpers/transports.js'
import { adminOf, administrator } from '../accounts.js'
import { tally } from '../at-once.js'
import { type Row, stores } from '../row.js'
import { during, type Scene, type Service } from '../scene.js'
import { findSecrets, mailedTokens, readStore } from '../traces.js'

/** What no part of the service may tell: one text that every canary has in it, and secrets with their names. */
interface Secrets { mark: string, next (): string, known: Map<string, string> }

function createSecrets ({ random, environment }: Scene): Secrets {
  const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789'
  const mark = Array.from({ length: 24 }, () => letters[Math.floor(random() * letters.length)]).join('')
  let made = 0
  return { mark, next: () => `${mark}${made += 1}`, known: new Map([['AUTH_SECRET', environment.AUTH_SECRET as string], ['a canary', mark]]) }
}

const document = parse(readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8')) as ApiDocument
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).filter(([method]) => /^(get|post|put|patch|delete)$/.test(method)).map(([method, { requestBody }]) =>
    ({ method: method.toUpperCase(), url: path.replaceAll(/\{[^}]+\}/g, '019a0000-0000-7000-8000-000000000001'), hasBody: requestBody !== undefined })))

const secretFields = ['password', 'currentPassword', 'newPassword', 'token', 'refreshToken', 'accessToken', 'extra'] as const

/** Every operation with canaries wherever a secret may stand, well and ill formed, as `token` and as nobody. */
function asksOf ({ next }: Secrets, token: string): Ask[] {
  const json = { 'content-type': 'application/json' }
  const fields = (value: () => unknown): string => JSON.stringify({ email: administrator.email, ...Object.fromEntries(secretFields.map((name) => [name, value()])) })
  const heads: Array<Record<string, string>> = [
    { authorization: `Bearer ${token}` },
    { authorization: `Bearer ${next()}`, cookie: `sid=${next()}` },
    { authorization: `Basic ${Buffer.from(`ada:${next()}`).toString('base64')}`, 'proxy-authorization': `Bearer ${next()}`, 'x-access-token': next(), 'x-api-key': next() }
  ]
  const bodies = (): Array<{ headers: Record<string, string>, body: string }> => [
    { headers: json, body: fields(next) },
    { headers: json, body: fields(() => [{ deep: next() }]) },
    { headers: json, body: JSON.stringify({ email: administrator.email, password: next() }) },
    { headers: json, body: JSON.stringify({ token: next() }) },
    { headers: json, body: JSON.stringify({ refreshToken: next() }) },
    { headers: json, body: JSON.stringify({ token: next(), password: next() }) },
    { headers: json, body: JSON.stringify({ currentPassword: next(), newPassword: next() }) },
    { headers: json, body: `{"password":"${next()}","token":${next()}` },
    { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: `email=nobody&password=${next()}&password=${next()}` },
    { headers: { 'content-type': 'text/plain' }, body: next() },
    { headers: json, body: `{"password":"${next()}${'x'.repeat(70_000)}"}` }
  ]
  const asks = operations.flatMap(({ method, url, hasBody }) => heads.flatMap((head): Ask[] => [
    { method, url: `${url}?q=${next()}&token=${next()}&access_token=${next()}`, headers: head, body: undefined },
    { method, url, headers: head, body: undefined },
    ...(hasBody ? bodies().map(({ headers, body }) => ({ method, url, headers: { ...head, ...headers }, body })) : [])
  ]))
  // What ends the session comes last.
  const ends = ({ method, url }: Ask): boolean => url.startsWith('/logout') || (method === 'DELETE' && url.startsWith('/sessions'))
  return [...asks.filter((ask) => !ends(ask)), { method: 'GET', url: `/nowhere?token=${next()}`, headers: {}, body: undefined }, ...asks.filter(ends)]
}

/** A life with canaries for passwords. Adds every token that was given to the secrets. */
async function live (scene: Scene, { client }: Service, secrets: Secrets): Promise<Member> {
  const { next, known } = secrets
  const keep = (name: string, member: Pick<Member, 'accessToken' | 'refreshToken'>): void => {
    known.set(`access token ${name}`, member.accessToken).set(`refresh token ${name}`, member.refreshToken)
  }
  const mailed = async (to: string, number: number): Promise<string> => {
    const tokens = async () => (await mailedTokens(scene.folder)).filter((one) => one.to === to)
    await during(20_000, async () => (await tokens()).length >= number, `mail ${number} to ${to} had not come`)
    return (await tokens())[number - 1]?.token as string
  }
  const email = 'canary@example.com'
  const made = await client.register({ email, password: next() })
  keep('of the registration', made)
  const { body } = await client.post('/refresh', { json: { refreshToken: made.refreshToken } })
  const renewed = body as unknown as Pick<Member, 'accessToken' | 'refreshToken'>
  keep('of a refresh', renewed)
  const changed = next()
  const verification = await mailed(email, 1)
  await client.put('/profile/password', { token: renewed.accessToken, json: { currentPassword: made.password, newPassword: changed } })
  await client.post('/password/forgot', { json: { email } })
  const reset = await mailed(email, 2)
  const last = next()
  const { status } = await client.post('/password/reset', { json: { token: reset, password: last } })
  if (status !== 204) throw new Error(`The reset was answered ${status}.`)
  await client.post('/password/forgot', { json: { email } })
  const unused = await mailed(email, 3)
  known.set('token of a reset', reset).set('token of a verification', verification).set('token not used', unused)
  const member = await client.login({ email, password: last })
  keep('of a log-in', member)
  return member
}

interface Traces { log: string, replies: Reply[], metrics: string }

async function askAll (send: Send, asks: readonly Ask[]): Promise<Reply[]> {
  const left = [...asks]
  const replies: Reply[] = []
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (let ask = left.shift(); ask !== undefined; ask = left.shift()) replies.push(await send(ask))
  }))
  return replies
}

/** With a database and a mail server that are not there: their addresses hold passwords, and the errors speak of them. */
async function liveInTrouble (scene: Scene, { next }: Secrets): Promise<Traces> {
  const mailless = await scene.start({ SMTP_URL: `smtp://ada:${next()}@127.0.0.1:9`, LOG_LEVEL: 'trace' })
  await mailless.client.register({ email: 'mailless@example.com', password: next() })
  await during(10_000, async () => mailless.log().includes('mail does not go out'), 'no mail was tried')
  const storeless = await scene.start({ DATABASE_URL: `mongodb://ada:${next()}@127.0.0.1:9/gatehouse`, LOG_LEVEL: 'trace' }, { ready: false })
  const send = overSocket(storeless.origin)
  const headers = { 'content-type': 'application/json' }
  const replies = [
    await send({ method: 'POST', url: '/login', headers, body: JSON.stringify({ email: administrator.email, password: next() }) }),
    await send({ method: 'GET', url: '/health/ready', headers: {}, body: undefined })
  ]
  for (const service of [mailless, storeless]) await service.stop()
  return { log: mailless.log() + storeless.log(), replies, metrics: '' }
}

/** What the store keeps of passwords and tokens, beside the scan: whether all of it is of the form it must have. */
async function formsAreRight (scene: Scene, secrets: Secrets): Promise<boolean> {
  const { stores, close } = await openStores({ databaseUrl: scene.databaseUrl })
  try {
    const users = await stores.transfer.read('users', null, 1000)
    const tokens = await stores.transfer.read('oneTimeTokens', null, 1000)
    const phc = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/
    const digests = tokens.map(({ hash }) => hash)
    for (const { kid, sealedPrivateJwk } of await stores.signingKeys.list()) {
      const key = JSON.parse(createSealer(Buffer.from(scene.environment.AUTH_SECRET as string), 'signing-keys').open(sealedPrivateJwk, kid)) as { d: string }
      secrets.known.set('private key', key.d)
    }
    return users.length > 1 && users.every(({ passwordHash }) => phc.test(String(passwordHash))) &&
      digests.every((hash) => /^[0-9a-f]{64}$/.test(hash)) && digests.includes(hashToken(secrets.known.get('token not used') as string))
  } finally {
    await close()
  }
}

export const canaries: Row = {
  section: 'E',
  name: 'canaries',
  title: 'unique secrets through every operation of openapi.yaml and every kind of refusal, as passwords, tokens, headers, cookies, queries and in ' +
    'addresses of servers; all tokens that were given; the private key. Looked for as they stand, in base64 and in hex',
  asked: 'none in the log (LOG_LEVEL=trace), the replies, the metrics, the store; passwords only as argon2id PHC, tokens only as digests',
  stores,
  async run (scene) {
    const secrets = createSecrets(scene)
    const metricsToken = `${secrets.next()}-metrics`.padEnd(40, 'x')
    const service = await scene.start({ LOG_LEVEL: 'trace', METRICS_TOKEN: metricsToken })
    const admin = await adminOf(scene, service.client)
    const member = await live(scene, service, secrets)
    const send = overSocket(service.origin)
    // The short form sends some of them, by chance.
    const asks = [admin, member].flatMap(({ accessToken }) => asksOf(secrets, accessToken)).filter(() => scene.long || scene.random() < 0.3)
    const replies = await askAll(send, asks)
    const metrics = (await send({ method: 'GET', url: '/metrics', headers: { authorization: `Bearer ${metricsToken}` }, body: undefined })).text
    const whileServing = await readStore(scene)
    const right = await formsAreRight(scene, secrets)
    await service.stop()
    const trouble = await liveInTrouble(scene, secrets)
    const places: Record<string, Buffer> = {
      log: Buffer.from(service.log() + trouble.log),
      replies: Buffer.from(JSON.stringify([...replies, ...trouble.replies])),
      metrics: Buffer.from(metrics),
      store: Buffer.concat([whileServing, await readStore(scene)])
    }
    const all = [...secrets.known.values(), plain]
    const hits = Object.entries(places).flatMap(([place, bytes]) => findSecrets(bytes, all).map((secret) =>
      `${[...secrets.known].find(([, value]) => value === secret)?.[0] ?? 'a password'} in ${place}`))
    // What is no secret is found where it belongs, so the scan can find.
    const sees = places.store?.includes(administrator.email) === true && places.log?.includes('/password/reset') === true &&
      places.metrics?.includes('gatehouse_') === true && findSecrets(Buffer.from(Buffer.from(`x${secrets.mark}`).toString('base64')), [secrets.mark]).length === 1
    const noFaults = replies.every(({ status }) => status < 500)
    return {
      passed: hits.length === 0 && right && sees && noFaults,
      figure: `${asks.length} requests to ${operations.length} operations (${tally(replies.map(({ status }) => status))}), ${all.length} secrets: ` +
        `${hits.length} hits${hits.length === 0 ? '' : ` (${[...new Set(hits)].join(', ')})`}; ` +
        `${right ? 'hashes and digests as asked' : 'hashes or digests NOT as asked'}${sees ? '' : '; the scan does NOT see'}`
    }
  }
}
