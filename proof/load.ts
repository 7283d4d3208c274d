// Steady load from a few lanes, each of a client with a session of its own, and what it was answered when.
import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, type Member, password } from '../test/helpers/client.js'

export interface Sample {
  /** When it was sent, as performance.now() says. */
  at: number
  milliseconds: number
  status: number
  what: string
}

export interface Load {
  readonly samples: readonly Sample[]
  /** Lets the requests under way finish. */
  stop (): Promise<void>
}

/** Asks in turn for what reads, writes, refreshes and logs in, until stopped. A connection that ends without an answer counts as
 * status 0. */
export function startLoad (client: Client, members: readonly Member[], pauseMilliseconds: number): Load {
  const samples: Sample[] = []
  let stopped = false

  async function sample (what: string, ask: () => Promise<{ status: number }>): Promise<void> {
    const at = performance.now()
    const { status } = await ask().catch((error: unknown) => {
      // An answer that is not as documented is a finding of its own, and no network fault.
      if ((error as Error).name === 'AssertionError') throw error
      return { status: 0 }
    })
    samples.push({ at, milliseconds: performance.now() - at, status, what })
    await sleep(pauseMilliseconds)
  }

  async function lane (member: Member): Promise<void> {
    let { accessToken, refreshToken } = member
    while (!stopped) {
      await sample('read an account', async () => await client.get('/profile', { token: accessToken }))
      await sample('list', async () => await client.get('/persons?limit=3', { token: accessToken }))
      await sample('write', async () => await client.patch('/profile', { token: accessToken, json: { firstName: 'Ada' } }))
      await sample('refresh', async () => {
        const answer = await client.post('/refresh', { json: { refreshToken } })
        if (answer.status === 200) ({ accessToken, refreshToken } = answer.body as { accessToken: string, refreshToken: string })
        return answer
      })
      await sample('log in', async () => await client.post('/login', { json: { email: member.email, password } }))
    }
  }

  const lanes = Promise.all(members.map(lane))
  lanes.catch(() => undefined)
  return {
    samples,
    async stop () {
      stopped = true
      await lanes
    }
  }
}

/** The value that `share` of the values do not exceed; 0 of none. */
export function quantile (values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
}
