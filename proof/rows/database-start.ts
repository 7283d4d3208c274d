// SECURITY.md C: the database is down when the service starts.
import { type Answer, type Client, type Member, password } from '../../test/helpers/client.js'
import { adminOf } from '../accounts.js'
import { tally } from '../at-once.js'
import type { Row } from '../row.js'
import { during } from '../scene.js'

const refusedWithin = 1000
const worksWithin = 5000

interface Timed extends Answer { milliseconds: number }

/** A request of every kind that needs the database, with credentials that are good. */
async function askAll (client: Client, member: Member): Promise<Timed[]> {
  const asks: Array<() => Promise<Answer>> = [
    async () => await client.post('/register', { json: { email: 'new@example.com', password } }),
    async () => await client.post('/login', { json: { email: member.email, password } }),
    async () => await client.post('/password/forgot', { json: { email: member.email } }),
    async () => await client.post('/refresh', { json: { refreshToken: member.refreshToken } }),
    ...['/profile', '/sessions', '/users', '/persons', '/audit', '/.well-known/jwks.json'].map((path) =>
      async () => await client.get(path, { token: member.accessToken }))
  ]
  const answers: Timed[] = []
  for (const ask of asks) {
    const began = performance.now()
    answers.push({ ...await ask(), milliseconds: performance.now() - began })
  }
  return answers
}

export const downAtStart: Row = {
  section: 'C',
  name: 'database-down-at-start',
  title: 'the database is down when the service starts (nobody listens), then comes up',
  asked: `live 200, ready 503, API 503 + Retry-After within ${refusedWithin / 1000} s; works ≤ ${worksWithin / 1000} s after it is up, no restart`,
  alone: true,
  stores: ['mongodb'],
  async run (scene) {
    const server = await scene.ownServer()
    const before = await scene.start()
    const admin = await adminOf(scene, before.client)
    await before.stop()
    const times = scene.long ? 10 : 1
    const answers: Timed[] = []
    let right = true
    let slowest = 0
    for (let round = 0; round < times; round += 1) {
      await server.kill()
      const { client, stop } = await scene.start({}, { ready: false })
      right &&= (await client.get('/health/live')).status === 200 && (await client.get('/health/ready')).status === 503
      answers.push(...await askAll(client, admin))
      await server.start()
      const isFine = async (path: string): Promise<boolean> => (await client.get(path, { token: admin.accessToken })).status === 200
      const works = async (): Promise<boolean> => await isFine('/health/ready') && await isFine('/profile')
      slowest = Math.max(slowest, await during(worksWithin * 3, works, 'it did not work'))
      await stop()
    }
    const longest = Math.max(...answers.map(({ milliseconds }) => milliseconds))
    const refused = answers.every(({ status, headers }) => status === 503 && headers['retry-after'] !== undefined)
    return {
      passed: right && refused && longest <= refusedWithin && slowest <= worksWithin,
      figure: `${right ? 'live 200, ready 503' : 'NOT live 200 and ready 503'}; API ${tally(answers.map(({ status }) => status))} ` +
        `in at most ${Math.round(longest)} ms; works ${Math.round(slowest)} ms after it is up (${times} ×)`
    }
  }
}
