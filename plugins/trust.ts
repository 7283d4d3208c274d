// Which addresses are believed when they say for whom they ask: the proxies that TRUST_PROXY names.
import { compile } from '@fastify/proxy-addr'
import { createRecentKeys } from '../src/recent-keys.js'

const maxKept = 10_000

/** Whether an address lies in one of the networks (CIDR, or single addresses). Fastify asks it several times a request, mostly about
 * the same addresses, and reading one costs microseconds: verdicts are kept. */
export function createTrust (networks: readonly string[]): (address: string) => boolean {
  const trusts = compile([...networks])
  const verdicts = createRecentKeys<boolean>(maxKept)
  return (address) => {
    let verdict = verdicts.get(address)
    if (verdict === undefined) {
      verdict = trusts(address, 0)
      verdicts.set(address, verdict)
    }
    return verdict
  }
}
