// SECURITY.md A: what may happen once, asked for many times at one moment.
import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, type Member, password } from '../../test/helpers/client.js'
import { adminOf } from '../accounts.js'
import { atOnce, tally } from '../at-once.js'
import { type Row, stores } from '../row.js'
import { during, running } from '../scene.js'
import { model } from './model.js'

const at = 50

async function refresh (client: Client, refreshToken: string): Promise<{ status: number, code: unknown, refreshToken: string, accessToken: string }> {
  const { status, code, body } = await client.post('/refresh', { json: { refreshToken } })
  return { status, code, refreshToken: String(body.refreshToken), accessToken: String(body.accessToken) }
}

async function isAlive (client: Client, accessToken: string): Promise<boolean> {
  return (await client.get('/persons?limit=1', { token: accessToken })).status === 200
}

/** One round of many refreshes of one token: whether all that succeeded carry one successor, which lives, and counts one step. */
async function refreshTogether (origins: readonly string[], client: Client): Promise<{ right: boolean, won: number }> {
  const member = await client.register()
  const hits = await atOnce(Array.from({ length: at }, (_, index) => ({ origin: origins[index % origins.length] as string, method: 'POST', path: '/refresh', json: { refreshToken: member.refreshToken } })))
  const won = hits.filter(({ status }) => status === 200)
  const successors = new Set(won.map(({ body }) => body.refreshToken))
  const [successor] = successors
  const next = await refresh(client, String(successor))
  // The counter stands one step on: the first token is now a grandparent, and to use it again ends the session.
  const grandparent = await refresh(client, member.refreshToken)
  return { right: hits.every(({ status }) => status === 200) && successors.size === 1 && next.status === 200 && grandparent.code === 'refresh_reused', won: won.length }
}

function refreshRow (processes: number): Row {
  return {
    section: 'A',
    name: `refresh-${processes === 1 ? 'one-process' : 'two-processes'}`,
    title: `${at} requests refresh one token at once, ${processes === 1 ? 'one process' : 'two processes'}`,
    asked: 'all that answer 200 carry the same successor; it lives; the counter is one on',
    stores,
    async run (scene) {
      const services = [await scene.start(), ...(processes === 2 ? [await scene.start()] : [])]
      const rounds = scene.long ? 300 : 3
      let right = 0
      let won = 0
      for (let round = 0; round < rounds; round += 1) {
        const seen = await refreshTogether(services.map(({ origin }) => origin), (services[0] as typeof services[0]).client)
        right += seen.right ? 1 : 0
        won += seen.won
      }
      return { passed: right === rounds, figure: `${right} of ${rounds} rounds; ${won} of ${rounds * at} answered 200` }
    }
  }
}

const replay: Row = {
  section: 'A',
  name: 'replay',
  title: 'the used token after the grace, and the grandparent',
  asked: '401 `refresh_reused`; the session ends, the winner\'s token too; one audit event',
  stores,
  async run (scene) {
    const { client } = await scene.start({ REFRESH_GRACE: '1s' })
    const admin = await adminOf(scene, client)
    const times = scene.long ? 20 : 2
    let right = 0
    for (const kind of Array.from({ length: times * 2 }, (_, index) => index % 2 === 0 ? 'late' : 'grandparent')) {
      const member = await client.register()
      const first = await refresh(client, member.refreshToken)
      const winner = kind === 'late' ? first : await refresh(client, first.refreshToken)
      if (kind === 'late') await sleep(1100)
      const again = await refresh(client, member.refreshToken)
      const after = await refresh(client, winner.refreshToken)
      const dead = !await isAlive(client, winner.accessToken)
      const { body } = await client.get(`/audit?event=authn_token_reuse&userId=${member.id}`, { token: admin.accessToken })
      const events = (body.items as unknown[]).length
      if (again.status === 401 && again.code === 'refresh_reused' && after.status === 401 && dead && events === 1) right += 1
    }
    return { passed: right === times * 2, figure: `${right} of ${times * 2} as asked` }
  }
}

/** Sends a refresh and cuts the socket when the request has left, without waiting for the answer. */
async function refreshAndCut (origin: string, refreshToken: string): Promise<void> {
  const body = JSON.stringify({ refreshToken })
  await new Promise<void>((resolve) => {
    const sent = request(`${origin}/refresh`, { method: 'POST', agent: false, headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } })
    sent.on('error', () => undefined)
    sent.on('close', resolve)
    // The first byte of an answer says that the counter is committed; nothing of it is read.
    sent.on('socket', (socket) => { socket.once('readable', () => { socket.destroy() }) })
    sent.end(body)
  })
}

const answerLost: Row = {
  section: 'A',
  name: 'answer-lost',
  title: 'the socket is cut after the commit; the client tries again',
  asked: '200 with the same successor',
  stores,
  async run (scene) {
    const { client, origin } = await scene.start()
    const times = scene.long ? 100 : 5
    let right = 0
    for (let round = 0; round < times; round += 1) {
      const member = await client.register()
      await refreshAndCut(origin, member.refreshToken)
      const [one, two] = [await refresh(client, member.refreshToken), await refresh(client, member.refreshToken)]
      if (one.status === 200 && two.status === 200 && one.refreshToken === two.refreshToken) right += 1
    }
    return { passed: right === times, figure: `${right} of ${times}` }
  }
}

const registrations: Row = {
  section: 'A',
  name: 'registrations',
  title: `${at} registrations of one e-mail in different cases`,
  asked: 'one 201, one account',
  stores,
  async run (scene) {
    const { origin } = await scene.start()
    const rounds = scene.long ? 30 : 2
    let right = 0
    const statuses: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      const spell = (): string => [...`twin${round}@example.com`].map((letter) => scene.random() < 0.5 ? letter : letter.toUpperCase()).join('')
      const hits = await atOnce(Array.from({ length: at }, () => ({ origin, method: 'POST', path: '/register', json: { email: spell(), password } })))
      statuses.push(...hits.map(({ status }) => status))
      if (hits.filter(({ status }) => status === 201).length === 1 && hits.every(({ status }) => status === 201 || status === 409)) right += 1
    }
    const accounts = (await scene.operate(['user', 'list', '--json'])).trim().split('\n').length
    return { passed: right === rounds && accounts === rounds, figure: `${right} of ${rounds} rounds (${tally(statuses)}); ${accounts} accounts` }
  }
}

const races: Row = {
  section: 'A',
  name: 'refresh-against-endings',
  title: 'refresh against log-out, password change, disabling',
  asked: 'after the second has answered nothing older works: refresh at once, access within 1 s on every instance',
  stores,
  async run (scene) {
    const [here, there] = [await scene.start(), await scene.start()]
    const admin = await adminOf(scene, here.client)
    const endings: Record<string, (member: Member, other: Member) => { path: string, method: string, json?: unknown, token: string }> = {
      'log-out': (member) => ({ path: '/logout', method: 'POST', token: member.accessToken }),
      'password change': (_member, other) => ({ path: '/profile/password', method: 'PUT', json: { currentPassword: password, newPassword: 'another fine password' }, token: other.accessToken }),
      disabling: (member) => ({ path: `/users/${member.id}`, method: 'PATCH', json: { disabled: true }, token: admin.accessToken })
    }
    const rounds = scene.long ? 100 : 2
    let right = 0
    let slowest = 0
    for (const ending of Object.values(endings)) {
      for (let round = 0; round < rounds; round += 1) {
        const member = await here.client.register()
        const other = await here.client.login(member)
        const [refreshed, ended] = await atOnce([
          { origin: here.origin, method: 'POST', path: '/refresh', json: { refreshToken: member.refreshToken } },
          { origin: here.origin, ...ending(member, other) }
        ])
        const older = [member.accessToken, ...(refreshed?.status === 200 ? [String(refreshed.body.accessToken)] : [])]
        const renewed = await Promise.all([member.refreshToken, ...(refreshed?.status === 200 ? [String(refreshed.body.refreshToken)] : [])].flatMap((token) => [refresh(here.client, token), refresh(there.client, token)]))
        const deadHere = (await Promise.all(older.map(async (token) => !await isAlive(here.client, token)))).every(Boolean)
        const lag = await running(async () => during(5000, async () => (await Promise.all(older.map(async (token) => !await isAlive(there.client, token)))).every(Boolean), 'an older access token was still alive in the other process'))
        slowest = Math.max(slowest, lag)
        if ((ended?.status === 204 || ended?.status === 200) && renewed.every(({ status }) => status === 401) && deadHere && lag <= 1000) right += 1
      }
    }
    const all = rounds * 3
    return { passed: right === all, figure: `${right} of ${all}; longest in the other process ${Math.round(slowest)} ms` }
  }
}

const demotions: Row = {
  section: 'A',
  name: 'last-admin',
  title: 'two admins demote each other',
  asked: 'an admin remains',
  stores,
  async run (scene) {
    const [here, there] = [await scene.start(), await scene.start()]
    const rounds = scene.long ? 300 : 5
    const emails = ['one@example.com', 'two@example.com'] as const
    for (const email of emails) await scene.operate(['user', 'create', '--email', email, '--role', 'admin', '--password-stdin'], `${password}\n`)
    let right = 0
    let bothRefused = 0
    for (let round = 0; round < rounds; round += 1) {
      const [one, two] = [await here.client.login({ email: emails[0], password }), await here.client.login({ email: emails[1], password })]
      const hits = await atOnce([
        { origin: here.origin, method: 'PATCH', path: `/users/${two.id}`, json: { role: 'client' }, token: one.accessToken },
        { origin: there.origin, method: 'PATCH', path: `/users/${one.id}`, json: { role: 'client' }, token: two.accessToken }
      ])
      const demoted = hits.filter(({ status }) => status === 200).length
      if (demoted <= 1) right += 1
      if (demoted === 0) bothRefused += 1
      // The one that remains makes the other an admin again.
      const [left, lost] = hits[0]?.status === 200 ? [emails[0], two] : [emails[1], one]
      if (demoted > 0) await here.client.patch(`/users/${lost.id}`, { json: { role: 'admin' }, token: (await here.client.login({ email: left, password })).accessToken })
    }
    return { passed: right === rounds, figure: `${right} of ${rounds} kept an admin; both refused in ${bothRefused}` }
  }
}

export const exactlyOnce: readonly Row[] = [refreshRow(1), refreshRow(2), replay, answerLost, registrations, races, demotions, model]
