// What tokens need while the service runs: the key ring, the deny-list and its feed, the tokens verified before; and their timers.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { isServiceError } from '../src/errors.js'
import { createSealer } from '../src/seal.js'
import { createDenyList, type DenyList } from '../src/tokens/deny-list.js'
import { createRevocationFeed, type RevocationFeed } from '../src/tokens/revocation-feed.js'
import { createKeyRing, type KeyRing } from '../src/tokens/signing-keys.js'
import { createVerifiedTokens, type VerifiedTokens } from '../src/tokens/verified-tokens.js'

declare module 'fastify' {
  interface FastifyInstance {
    keyRing: KeyRing
    denyList: DenyList
    revocationFeed: RevocationFeed
    verifiedTokens: VerifiedTokens
    /** The longest life of any access token here, in seconds. */
    longestTokenSeconds: number
  }
}

export interface TokensOptions {
  /** Where something (a dialect) issues tokens that live longer than ACCESS_TOKEN_TTL: how long, in seconds. */
  longestTokenSeconds?: number
  /** How often the key ring is read: below 15 s, as `keys rotate` promises. */
  refreshMilliseconds?: number
}

const retryMilliseconds = 500
/** A store that has not said anything by then does not hold up the start. */
const startMilliseconds = 1500

export default fp(async function tokens (app: FastifyInstance, { longestTokenSeconds = 0, refreshMilliseconds = 10_000 }: TokensOptions) {
  const { config, stores, clock, log: logger } = app
  const accessTokenSeconds = Math.max(config.jwt.accessTokenSeconds, longestTokenSeconds)
  const sealer = createSealer(config.authSecret, 'signing-keys')
  const keyRing = createKeyRing({ store: stores.signingKeys, sealer, algorithm: config.jwt.algorithm, accessTokenSeconds, clock, logger })
  const denyList = createDenyList({ accessTokenSeconds, clock })
  const revocationFeed = createRevocationFeed({ store: stores.revocations, denyList, pollMilliseconds: config.revocationPollMilliseconds, accessTokenSeconds, clock, logger })
  app.decorate('keyRing', keyRing)
  app.decorate('denyList', denyList)
  app.decorate('revocationFeed', revocationFeed)
  app.decorate('verifiedTokens', createVerifiedTokens({ keyRing, denyList, clock }))
  app.decorate('longestTokenSeconds', accessTokenSeconds)

  let timer: NodeJS.Timeout | undefined
  let closed = false
  let lastFault = ''

  function again (): void {
    if (!closed) timer = setTimeout(() => { void refreshRing() }, keyRing.loaded ? refreshMilliseconds : retryMilliseconds).unref()
  }

  async function refreshRing (): Promise<void> {
    try {
      await keyRing.refresh()
      lastFault = ''
    } catch (error) {
      // Twice a second while the store is down: each fault is told once.
      if (String(error) !== lastFault) app.log.error({ err: error }, 'could not read the signing keys; trying again')
      lastFault = String(error)
    }
    again()
  }

  /** A store that is down does not stop the start, a secret that does not open the keys does. */
  async function firstLoad (): Promise<void> {
    try {
      await keyRing.load()
    } catch (error) {
      if (!isServiceError(error, 'store_unavailable')) {
        // Where the store took so long to say so that the service is up already, somebody may still set it right.
        again()
        throw error
      }
      app.log.warn({ err: error }, 'could not read the signing keys yet; trying again')
    }
    again()
  }

  app.addHook('onReady', async function loadTokens () {
    const started = Promise.all([firstLoad(), revocationFeed.start()])
    started.catch((error: unknown) => app.log.fatal({ err: error }, 'the signing keys cannot be used'))
    await Promise.race([started, new Promise((resolve) => { setTimeout(resolve, startMilliseconds).unref() })])
  })

  app.addHook('onClose', async function stopTokens () {
    closed = true
    clearTimeout(timer)
    await revocationFeed.stop()
  })
}, { name: 'tokens', dependencies: ['context', 'stores'] })
