// SECURITY.md B: the process ends between two calls of the store.
import { createSealer } from '../../src/seal.js'
import { openStores } from '../../src/stores/open.js'
import { type Client, type Member, password as old } from '../../test/helpers/client.js'
import { type Row, stores } from '../row.js'
import { during, type Scene, type Service } from '../scene.js'
import { mailedTokens } from '../traces.js'

const next = 'another fine password of the proof'
const third = 'a third fine password of the proof'

/** Asks as the request that is played; status 0 where the process ended. */
type Play = (method: string, url: string, json: object | undefined, token?: string) => Promise<number>
/** After the crash, on a service that was started again: null, or what is wrong. */
type Judge = (client: Client) => Promise<string | null>
/** Prepares an account, plays one request, and answers how to judge what it left. */
interface Act { name: string, prepare (scene: Scene, client: Client): Promise<{ played (play: Play): Promise<number>, judge: Judge }> }

const logIn = async (client: Client, email: string, password: string): Promise<boolean> => (await client.post('/login', { json: { email, password } })).status === 200
const refresh = async (client: Client, refreshToken: string) => await client.post('/refresh', { json: { refreshToken } })
let made = 0
const newEmail = (): string => `crash${made += 1}@example.com`

/** The token of the newest mail to `to`, when there are `count`. */
async function mailed (scene: Scene, to: string, count: number): Promise<string> {
  const tokens = async () => (await mailedTokens(scene.folder)).filter((one) => one.to === to)
  await during(30_000, async () => (await tokens()).length >= count, `mail ${count} to ${to} had not come`)
  return (await tokens())[count - 1]?.token as string
}

/** Whether a mail for this account waits or has gone out. */
async function isMailed (scene: Scene, email: string): Promise<boolean> {
  if ((await mailedTokens(scene.folder)).some(({ to }) => to === email)) return true
  const { stores, close } = await openStores({ databaseUrl: scene.databaseUrl })
  try {
    const sealer = createSealer(Buffer.from(scene.environment.AUTH_SECRET as string), 'mail')
    const account = await stores.users.find({ email })
    const jobs = (await stores.transfer.read('mails', null, 10_000)).map(({ id, sealed }) => sealer.open(sealed, id))
    return jobs.some((job) => job.includes(String(account?.id))) || (await mailedTokens(scene.folder)).some(({ to }) => to === email)
  } finally {
    await close()
  }
}

const register: Act = {
  name: 'register',
  async prepare (scene) {
    const email = newEmail()
    return {
      played: async (play) => await play('POST', '/register', { email, password: old }),
      async judge (client) {
        if (!await logIn(client, email, old)) return (await client.post('/register', { json: { email, password: old } })).status === 201 ? null : 'neither whole nor absent'
        return await isMailed(scene, email) ? null : 'an account without its mail'
      }
    }
  }
}

const logInAct: Act = {
  name: 'log in',
  async prepare (_scene, client) {
    const { email, refreshToken } = await client.register()
    return {
      played: async (play) => await play('POST', '/login', { email, password: old }),
      judge: async (after) => await logIn(after, email, old) && (await refresh(after, refreshToken)).status === 200 ? null : 'log-in or the older session does not work'
    }
  }
}

const refreshAct: Act = {
  name: 'refresh',
  async prepare (_scene, client) {
    const { refreshToken } = await client.register()
    return {
      played: async (play) => await play('POST', '/refresh', { refreshToken }),
      async judge (after) {
        const again = await refresh(after, refreshToken)
        if (again.status !== 200) return `the token whose answer was lost got ${again.status}`
        if ((await refresh(after, String(again.body.refreshToken))).status !== 200) return 'the successor does not work'
        return (await refresh(after, refreshToken)).code === 'refresh_reused' ? null : 'the counter does not count on'
      }
    }
  }
}

/** The old or the new password is right; with the new one, nothing of before works. */
async function judgePassword (client: Client, { email }: Member, sessions: readonly string[]): Promise<string | null> {
  const [byOld, byNew] = [await logIn(client, email, old), await logIn(client, email, next)]
  if (byOld === byNew) return byOld ? 'both passwords work' : 'no password works'
  const alive = await Promise.all(sessions.map(async (token) => (await refresh(client, token)).status === 200))
  return byNew && alive.some(Boolean) ? 'a session outlives its password' : null
}

const changePassword: Act = {
  name: 'change the password',
  async prepare (_scene, client) {
    const member = await client.register()
    const other = await client.login(member)
    return {
      played: async (play) => await play('PUT', '/profile/password', { currentPassword: old, newPassword: next }, member.accessToken),
      judge: async (after) => await judgePassword(after, member, [other.refreshToken])
    }
  }
}

const reset: Act = {
  name: 'reset',
  async prepare (scene, client) {
    const member = await client.register({ email: newEmail() })
    await mailed(scene, member.email, 1)
    await client.post('/password/forgot', { json: { email: member.email } })
    const token = await mailed(scene, member.email, 2)
    return {
      played: async (play) => await play('POST', '/password/reset', { token, password: next }),
      async judge (after) {
        const fault = await judgePassword(after, member, [member.refreshToken])
        if (fault !== null) return fault
        const isSet = await logIn(after, member.email, next)
        const again = (await after.post('/password/reset', { json: { token, password: third } })).status
        return isSet && again === 204 ? 'the link works twice' : null
      }
    }
  }
}

const logOut: Act = {
  name: 'log out',
  async prepare (_scene, client) {
    const { accessToken, refreshToken } = await client.register()
    return {
      played: async (play) => await play('POST', '/logout', undefined, accessToken),
      async judge (after) {
        const again = (await after.post('/logout', { token: accessToken })).status
        return [204, 401].includes(again) && (await refresh(after, refreshToken)).status === 401 ? null : `log-out again ${again}, or the session lives on`
      }
    }
  }
}

const askForEmail: Act = {
  name: 'ask for another e-mail',
  async prepare (_scene, client) {
    const { email, accessToken } = await client.register()
    const to = newEmail()
    return {
      played: async (play) => await play('PUT', '/profile/email', { email: to, password: old }, accessToken),
      async judge (after) {
        if (!await logIn(after, email, old) || await logIn(after, to, old)) return 'the address changed before it was proved'
        return (await after.put('/profile/email', { token: accessToken, json: { email: to, password: old } })).status === 202 ? null : 'it cannot be asked for again'
      }
    }
  }
}

const proveEmail: Act = {
  name: 'prove another e-mail',
  async prepare (scene, client) {
    const { email, accessToken } = await client.register()
    const to = newEmail()
    await client.put('/profile/email', { token: accessToken, json: { email: to, password: old } })
    const token = await mailed(scene, to, 1)
    return {
      played: async (play) => await play('POST', '/email/verify', { token }),
      judge: async (after) => await logIn(after, email, old) === await logIn(after, to, old) ? 'both addresses or none log in' : null
    }
  }
}

const acts: readonly Act[] = [register, logInAct, refreshAct, changePassword, reset, logOut, askForEmail, proveEmail]

interface Point { call: number, moment: 'before' | 'after' }

async function startCrashing (scene: Scene, { call, moment }: Point): Promise<Service> {
  return await scene.start({ CRASH_AT: `${call} ${moment}`, REFRESH_GRACE: '5m' }, { program: ['--import=./scripts/typescript-loader.js', 'proof/inside/crashing-service.ts'] })
}

/** One request with a crash at this point: whether it came so far, and what was wrong afterwards. */
async function crash (scene: Scene, keeper: Service, act: Act, point: Point): Promise<{ crashed: boolean, fault: string | null }> {
  const [{ played, judge }, { client, stop }] = await Promise.all([act.prepare(scene, keeper.client), startCrashing(scene, point)])
  const status = await played(async (method, url, json, token) => {
    const options = { headers: { 'x-played': 'yes' }, ...(json !== undefined && { json }), ...(token !== undefined && { token }) }
    return (await client.request(method, url, options).catch(() => ({ status: 0 }))).status
  })
  await stop('SIGKILL')
  const again = await scene.start({ REFRESH_GRACE: '5m' })
  const fault = await judge(again.client)
  await again.stop('SIGKILL')
  return { crashed: status === 0, fault: fault === null ? null : `${act.name}, ${point.moment} call ${point.call}: ${fault}` }
}

export const crashes: Row = {
  section: 'B',
  name: 'crash-between-writes',
  title: `the process ends before and after every call of the store that these make: ${acts.map(({ name }) => name).join(', ')}; then it is started again`,
  asked: 'the account is whole or absent, its mail queued with it; one password, one address; no session outlives its password; the counter ' +
    'counts on; no link works twice; all can be tried again',
  stores,
  async run (scene) {
    // Prepares the accounts, and sends the mail, while the other is crashed and started again: two processes on one store.
    const keeper = await scene.start({ REFRESH_GRACE: '5m' })
    const [points, faults]: [string[], string[]] = [[], []]
    // The short form plays three of them, by chance.
    const ranked = acts.map((act) => ({ act, rank: scene.random() })).sort((one, other) => one.rank - other.rank).map(({ act }) => act)
    for (const act of scene.long ? acts : ranked.slice(0, 3)) {
      let calls = 0
      const first = scene.long ? 1 : 1 + Math.floor(scene.random() * 4)
      for (let call = first; call <= (scene.long ? 100 : first); call += 1) {
        const moments = scene.long ? ['before', 'after'] as const : [scene.random() < 0.5 ? 'before' : 'after'] as const
        const seen = []
        for (const moment of moments) seen.push(await crash(scene, keeper, act, { call, moment }))
        faults.push(...seen.map(({ fault }) => fault).filter((fault) => fault !== null))
        if (!seen.some(({ crashed }) => crashed)) break
        calls += seen.filter(({ crashed }) => crashed).length
      }
      points.push(`${act.name} ${calls}`)
    }
    const crashed = points.some((point) => !point.endsWith(' 0'))
    return { passed: faults.length === 0 && crashed, figure: [`crashes: ${points.join(', ')}; ${faults.length} faults`, ...faults].join('; ') }
  }
}
