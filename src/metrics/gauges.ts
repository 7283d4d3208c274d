// What the parts of the service know of themselves, asked at each scrape: nothing is counted twice, and nothing between scrapes.
import { Counter, Gauge, type Registry } from 'prom-client'
import type { MailStats } from '../mail/worker.js'
import type { GateStats } from '../passwords/gate.js'
import type { VerifiedTokenStats } from '../tokens/verified-tokens.js'

export interface Sources {
  version: string
  /** The store's engine. */
  engine: string
  hashing: () => GateStats
  verifiedTokens: () => VerifiedTokenStats
  /** How many requests were refused since the start, because there was too much to do. */
  shedRequests: () => number
  revocationLagMilliseconds: () => number
  /** Rejects as the store does. */
  mail: () => Promise<MailStats>
}

export function addGauges (registry: Registry, sources: Sources): void {
  const { version, engine, hashing, shedRequests, verifiedTokens, revocationLagMilliseconds, mail } = sources
  const lag = 'Time since the revocations were last read from the store; infinite before the first time'
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({ name, help, registers: [registry], collect () { this.set(read()) } })
  }
  /** `read` answers the total since the start. */
  const counter = (name: string, help: string, read: () => number): void => {
    new Counter({ name, help, registers: [registry], collect () { this.reset(); this.inc(read()) } })
  }

  new Gauge({ name: 'gatehouse_info', help: 'What runs: always 1', labelNames: ['version', 'store'], registers: [registry] })
    .labels(version, engine).set(1)
  gauge('gatehouse_hashing_slots', 'Password hashes that may run at once', () => hashing().slots)
  gauge('gatehouse_hashing_running', 'Password hashes that run', () => hashing().running)
  gauge('gatehouse_hashing_waiting', 'Password hashes that wait for a slot', () => hashing().waiting)
  counter('gatehouse_hashing_refused_total', 'Password hashes that were refused, since too many waited', () => hashing().refused)
  counter('gatehouse_requests_shed_total', 'Requests that were refused, since the process had too much to do', shedRequests)
  gauge('gatehouse_verified_tokens', 'Access tokens that are remembered as verified', () => verifiedTokens().size)
  counter('gatehouse_verified_tokens_hits_total', 'Access tokens that had been verified before', () => verifiedTokens().hits)
  counter('gatehouse_verified_tokens_misses_total', 'Access tokens whose signature had to be looked at', () => verifiedTokens().misses)
  gauge('gatehouse_revocation_lag_seconds', lag, () => revocationLagMilliseconds() / 1000)
  addMail(registry, mail)
}

function addMail (registry: Registry, mail: Sources['mail']): void {
  new Gauge({
    name: 'gatehouse_mails_waiting',
    help: 'Mails in the queue, of all instances on this store; missing while the store does not answer',
    registers: [registry],
    async collect () {
      await mail().then(({ waiting }) => { this.set(waiting) }, () => { this.remove() })
    }
  })
  new Counter({
    name: 'gatehouse_mails_total',
    help: 'Mails by what became of them: sent, tried again, given up (failed), or without sense any more (dropped)',
    labelNames: ['outcome'],
    registers: [registry],
    async collect () {
      // While the store does not answer the last totals stand.
      const stats = await mail().catch(() => null)
      if (stats === null) return
      const { sent, retries: retried, failed, dropped } = stats
      this.reset()
      for (const [outcome, total] of Object.entries({ sent, retried, failed, dropped })) this.labels(outcome).inc(total)
    }
  })
}
