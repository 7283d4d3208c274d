// SECURITY.md F: X-Forwarded-For, from who may say it and from who may not.
import { overSocket } from '../../test/helpers/transports.js'
import { tally } from '../at-once.js'
import { type Row, stores } from '../row.js'
import { type Scene } from '../scene.js'

/** What one address may ask for in an hour (policies.ts), and a few more. */
const [limit, tries] = [10, 15]

/** In what a header says who the client is: `chain(n)` is what comes with the nth request. */
interface Case { name: string, trusted: boolean, header: string, chain (number: number): string, passes: number, warns: RegExp | null }

const notTrusted = /TRUST_PROXY does not name/
const cases: readonly Case[] = [
  { name: 'trusted, one client', trusted: true, header: 'x-forwarded-for', chain: () => '192.0.2.1', passes: limit, warns: null },
  { name: 'trusted, a client that makes up what stands before', trusted: true, header: 'x-forwarded-for', chain: (number) => `10.0.0.${number}, 192.0.2.2`, passes: limit, warns: null },
  { name: 'trusted, a client that makes up ports', trusted: true, header: 'x-forwarded-for', chain: (number) => `192.0.2.3:${1000 + number}`, passes: limit, warns: null },
  { name: 'trusted, many clients', trusted: true, header: 'x-forwarded-for', chain: (number) => `203.0.113.${number}`, passes: tries, warns: null },
  { name: 'trusted, a proxy that says Forwarded', trusted: true, header: 'forwarded', chain: (number) => `for=203.0.113.${100 + number}`, passes: limit, warns: /not read here/ },
  { name: 'not trusted', trusted: false, header: 'x-forwarded-for', chain: (number) => `203.0.113.${number}`, passes: limit, warns: notTrusted },
  { name: 'not trusted, Forwarded', trusted: false, header: 'forwarded', chain: (number) => `for=203.0.113.${number}`, passes: limit, warns: notTrusted }
]

/** Null: the limit follows the real client, and who runs the service is told what is to be told. */
async function play (scene: Scene, { name, trusted, header, chain, passes, warns }: Case): Promise<string | null> {
  const { origin, client, log, stop } = await scene.start({ THROTTLE: 'on', ...(trusted && { TRUST_PROXY: '127.0.0.1/32' }) })
  const send = overSocket(origin)
  const statuses: number[] = []
  for (let number = 0; number < tries; number += 1) {
    const headers = { 'content-type': 'application/json', [header]: chain(number) }
    statuses.push((await send({ method: 'POST', url: '/password/forgot', headers, body: JSON.stringify({ email: `nobody${number}@example.com` }) })).status)
  }
  const { body } = await client.get('/health/ready')
  await stop()
  const passed = statuses.filter((status) => status === 202).length
  const inReadiness = (body.warnings as string[]).join(' ')
  const told = warns === null ? inReadiness === '' : warns.test(inReadiness) && warns.test(log())
  return passed === passes && told ? null : `${name}: ${tally(statuses)}, warnings: ${inReadiness}`
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
    const found: Array<string | null> = []
    for (const one of cases) found.push(await play(scene, one))
    const warned = await warnsAtStart(scene)
    const faults = found.filter((fault) => fault !== null)
    return { passed: faults.length === 0 && warned, figure: [`${found.length - faults.length} of ${found.length} as asked; ${warned ? 'warns' : 'does NOT warn'} at the start`, ...faults].join('; ') }
  }
}
