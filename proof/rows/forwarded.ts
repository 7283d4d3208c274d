// SECURITY.md F: X-Forwarded-For, from who may say it and from who may not.
import { overSocket } from '../../test/helpers/transports.js'
import { tally } from '../at-once.js'
import { type Row, stores } from '../row.js'
import type { Scene, Service } from '../scene.js'

/** What one address may ask for in an hour (policies.ts), and a few more. */
const [limit, tries] = [10, 15]

/** In what a header says who the client is: `chain(n)` is what comes with the nth request. `warns`: what readiness and log say then. */
interface Case { name: string, header: string, chain (number: number): string, passes: number, warns: RegExp | null }

const notTrusted = /TRUST_PROXY does not name/
/** On one service, in this order: each case has addresses of its own, and what was warned of once stays. */
const trusted: readonly Case[] = [
  { name: 'one client', header: 'x-forwarded-for', chain: () => '192.0.2.1', passes: limit, warns: null },
  { name: 'a client that makes up what stands before', header: 'x-forwarded-for', chain: (number) => `10.0.0.${number}, 192.0.2.2`, passes: limit, warns: null },
  { name: 'a client that makes up ports', header: 'x-forwarded-for', chain: (number) => `192.0.2.3:${1000 + number}`, passes: limit, warns: null },
  { name: 'many clients', header: 'x-forwarded-for', chain: (number) => `203.0.113.${number}`, passes: tries, warns: null },
  { name: 'a proxy that says Forwarded', header: 'forwarded', chain: (number) => `for=203.0.113.${100 + number}`, passes: limit, warns: /not read here/ }
]
/** Each on a service of its own. */
const untrusted: readonly Case[] = [
  { name: 'not trusted', header: 'x-forwarded-for', chain: (number) => `203.0.113.${number}`, passes: limit, warns: notTrusted },
  { name: 'not trusted, Forwarded', header: 'forwarded', chain: (number) => `for=203.0.113.${number}`, passes: limit, warns: notTrusted }
]

/** Null: the limit follows the real client, and who runs the service is told what is to be told. */
async function play ({ origin, client, log }: Service, { name, header, chain, passes, warns }: Case): Promise<string | null> {
  const send = overSocket(origin)
  const statuses: number[] = []
  for (let number = 0; number < tries; number += 1) {
    const headers = { 'content-type': 'application/json', [header]: chain(number) }
    statuses.push((await send({ method: 'POST', url: '/password/forgot', headers, body: JSON.stringify({ email: `nobody${number}@example.com` }) })).status)
  }
  const { body } = await client.get('/health/ready')
  const passed = statuses.filter((status) => status === 202).length
  const inReadiness = (body.warnings as string[]).join(' ')
  const told = warns === null ? inReadiness === '' : warns.test(inReadiness) && warns.test(log())
  return passed === passes && told ? null : `${name}: ${tally(statuses)}, warnings: ${inReadiness}`
}

async function playAll (scene: Scene, cases: readonly Case[], environment: Record<string, string> = {}): Promise<Array<string | null>> {
  const service = await scene.start({ THROTTLE: 'on', ...environment })
  const found: Array<string | null> = []
  for (const one of cases) found.push(await play(service, one))
  await service.stop()
  return found
}

/** Whether a service behind TLS that trusts nobody says so at the start. */
async function warnsAtStart (scene: Scene): Promise<boolean> {
  const { client, log, stop } = await scene.start({ PUBLIC_URL: 'https://auth.example.com' })
  const { body } = await client.get('/health/ready')
  await stop()
  return /TRUST_PROXY is empty/.test(log()) && /TRUST_PROXY is empty/.test(String(body.warnings))
}

export const forwarded: Row = {
  section: 'F',
  name: 'forwarded-for',
  title: 'X-Forwarded-For and Forwarded, made up anew for each request, from a peer that is trusted and from one that is not',
  asked: 'limits follow the real client; readiness and log warn of headers from a peer not trusted, and at the start of https without TRUST_PROXY',
  stores,
  async run (scene) {
    const found = await playAll(scene, trusted, { TRUST_PROXY: '127.0.0.1/32' })
    for (const one of untrusted) found.push(...await playAll(scene, [one]))
    const warned = await warnsAtStart(scene)
    const faults = found.filter((fault) => fault !== null)
    return { passed: faults.length === 0 && warned, figure: [`${found.length - faults.length} of ${found.length} as asked; ${warned ? 'warns' : 'does NOT warn'} at the start`, ...faults].join('; ') }
  }
}
