// Who may do what: every operation of openapi.yaml, asked by everybody there is, and the table of what they were answered.
import { type Client, type Member, password } from '../test/helpers/client.js'
import { adminOf } from './accounts.js'
import { type ApiOperation, operations } from './operations.js'
import type { Scene } from './scene.js'

export const actors = ['no token', 'client', 'other client', 'manager', 'admin', 'former admin', 'former admin, refreshed'] as const
export type Actor = typeof actors[number]
/** Operation → actor → status. */
export type Authority = Map<string, Record<Actor, number>>

let made = 0
const freshEmail = (): string => `actor${made += 1}@example.com`

/** What is sent, so that nothing but authority can stand against it. */
const bodies: Record<string, (who: Member) => object> = {
  'POST /register': () => ({ email: freshEmail(), password }),
  'POST /login': ({ email }) => ({ email, password }),
  'POST /refresh': ({ refreshToken }) => ({ refreshToken }),
  'POST /password/forgot': ({ email }) => ({ email }),
  'POST /password/reset': () => ({ token: 'made-up', password }),
  'POST /email/verify': () => ({ token: 'made-up' }),
  'PATCH /profile': () => ({ firstName: 'Ada' }),
  'DELETE /profile': () => ({ password }),
  'PUT /profile/password': () => ({ currentPassword: password, newPassword: 'another fine password' }),
  'PUT /profile/email': () => ({ email: freshEmail(), password }),
  'POST /persons': () => ({ name: 'Grace Hopper' }),
  'PUT /persons/{id}': () => ({ name: 'Grace Hopper' }),
  'PATCH /persons/{id}': () => ({ age: 37 }),
  'PATCH /users/{id}': () => ({ emailVerified: true })
}

/** After these the account that it was done to, its session or its refresh token is no more. */
const ending = new Set([
  'POST /refresh', 'POST /logout', 'DELETE /sessions', 'DELETE /sessions/{id}', 'DELETE /profile', 'PUT /profile/password',
  'DELETE /users/{id}', 'DELETE /users/{id}/sessions'
])

/** The accounts that ask. */
function createCast (client: Client, root: Member) {
  const cast = new Map<Actor, Member>()
  const give = async (to: Member, role: string): Promise<void> => { await client.as(root).patch(`/users/${to.id}`, { json: { role } }) }
  const refreshed = async (who: Member): Promise<Member> => {
    const { body } = await client.post('/refresh', { json: { refreshToken: who.refreshToken } })
    return { ...who, ...body }
  }

  async function make (actor: Actor): Promise<Member> {
    const member = await client.register({ email: freshEmail() })
    if (actor === 'manager' || actor === 'admin') {
      await give(member, actor)
      return await refreshed(member)
    }
    if (!actor.startsWith('former admin')) return member
    await give(member, 'admin')
    const admin = await refreshed(member)
    await give(member, 'client')
    return actor === 'former admin' ? admin : await refreshed(admin)
  }

  return {
    async of (actor: Actor): Promise<Member> {
      const member = cast.get(actor) ?? await make(actor)
      cast.set(actor, member)
      return member
    },
    forget (actor: Actor): void { cast.delete(actor) }
  }
}

/** Asks every operation as every actor. Where one is about a certain account or session, it is that of `client`. */
export async function askAll (scene: Scene): Promise<Authority> {
  const { client } = await scene.start({ METRICS_TOKEN: 'the-token-of-whoever-reads-the-metrics' })
  const root = await adminOf(scene, client)
  const cast = createCast(client, root)
  const found: Authority = new Map()

  async function targetOf ({ path }: ApiOperation): Promise<string> {
    if (path.startsWith('/persons/')) return String((await client.as(root).post('/persons', { json: { name: 'Grace Hopper' } })).body.id)
    const owner = await cast.of('client')
    return path.startsWith('/sessions/') ? owner.sessionId : owner.id
  }

  async function ask (operation: ApiOperation, actor: Actor): Promise<number> {
    const { name, method, at } = operation
    const bodyOf = bodies[name]
    if (operation.body !== undefined && bodyOf === undefined) throw new Error(`There is no body for ${name}.`)
    const target = operation.path.includes('{') ? await targetOf(operation) : ''
    const who = await cast.of(actor)
    const token = actor === 'no token' ? undefined : who.accessToken
    const { status } = await client.request(method, at(target), { token, json: bodyOf?.(who) })
    if (ending.has(name) && status < 300) cast.forget(target === '' ? actor : 'client')
    return status
  }

  for (const operation of operations) {
    const statuses = {} as Record<Actor, number>
    for (const actor of actors) statuses[actor] = await ask(operation, actor)
    found.set(operation.name, statuses)
  }
  return found
}

export function authorityPage (found: Authority): string {
  const line = (cells: readonly unknown[]): string => `| ${cells.join(' | ')} |`
  const rows = [...found].map(([name, statuses]) => line([`\`${name}\``, ...actors.map((actor) => statuses[actor])]))
  return `# Who may do what

Every operation of openapi.yaml, and what the running service answered to everybody there is. Written by \`npm run authority\`; held
against the service by \`npm run prove -- --only authority\`.

What is about an account or a session by its id is about that of the client. The other client is another account of the same role. The
former admin has a token from before the role was taken away; refreshed, one from after it. The tokens in the bodies of \`POST /password/reset\`
and \`POST /email/verify\` are made up: what counts there is the token that was mailed, whoever brings it (400). \`GET /metrics\` takes
\`METRICS_TOKEN\` and no access token.

${[line(['operation', ...actors]), line(['---', ...actors.map(() => '---')]), ...rows].join('\n')}
`
}
