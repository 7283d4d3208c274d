// SECURITY.md D: members that a client may not set, in the body of every operation that writes.
import type { Answer, Client, RequestOptions } from '../../test/helpers/client.js'
import { adminOf } from '../accounts.js'
import { keptBy } from '../kept.js'
import { goodBody, operations } from '../operations.js'
import { findingOf, type Row, stores } from '../row.js'

const id = '019350a4-5c1e-7b6a-9c4f-2f1d6c1a7e02'
const then = '2000-01-01T00:00:00.000Z'
const members: Record<string, unknown> = {
  role: 'admin', roles: ['admin'], isAdmin: true, admin: true, scope: 'admin', permissions: ['*'],
  id, _id: id, userId: id, sub: 'x', sessionId: 'x',
  emailVerified: true, email_verified: true, verified: true, disabled: false, enabled: true,
  passwordHash: '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$aGFzaA', password_hash: 'x', hash: 'x', salt: 'x', passwordVersion: 0,
  createdAt: then, updatedAt: then, lastLoginAt: null, version: 1, expiresIn: 1e9, accessToken: 'x', refreshCounter: 0,
  $set: { role: 'admin' }, 'role[]': 'admin', 'user.role': 'admin', constructor: { role: 'admin' },
  hasOwnProperty: 1, toString: 'x', __defineGetter__: 'x', Role: 'admin', 'role ': 'admin'
}

interface Ask { name: string, send (client: Client): Promise<Answer>, member: string }

function asksOf (idAt: (path: string) => string): Ask[] {
  return operations.flatMap(({ name, method, path, at, body, takesForm }) => {
    if (body === undefined) return []
    const foreign = Object.entries(members).filter(([member]) => !Object.hasOwn(body.properties ?? {}, member))
    const good = goodBody(body)
    const ask = (name: string, member: string, options: RequestOptions): Ask =>
      ({ name, member, send: async (client) => await client.request(method, at(idAt(path)), options) })
    const asJson = foreign.map(([member, value]) => ask(name, member, { json: { ...good, [member]: value } }))
    const texts = good as Record<string, string>
    const asForm = foreign.map(([member]) => ask(`${name} as a form`, member, { form: { ...texts, [member]: 'admin' } }))
    return takesForm ? [...asJson, ...asForm] : asJson
  })
}

/** Without the member the same body is read. */
async function refusedGood (client: Client, idAt: (path: string) => string): Promise<string[]> {
  const refused: string[] = []
  for (const { name, method, path, at, body } of operations) {
    if (body === undefined) continue
    const { code } = await client.request(method, at(idAt(path)), { json: goodBody(body) })
    if (code === 'validation_failed' || code === 'malformed_body') refused.push(`a good body at ${name}: ${code}`)
  }
  return refused
}

export const unknownMembers: Row = {
  section: 'D',
  name: 'unknown-members',
  title: `\`role\`, \`id\`, \`emailVerified\`, \`passwordHash\` and ${Object.keys(members).length - 4} like them, beside what is asked ` +
    'for, in every body that is taken',
  asked: '400 that names the member, nothing is written; the same body without it is read',
  stores,
  async run (scene) {
    const { client } = await scene.start()
    const admin = await adminOf(scene, client)
    const who = client.as(admin)
    const { body: person } = await who.post('/persons', { json: { name: 'Grace Hopper' } })
    const idAt = (path: string): string => path.startsWith('/persons') ? String(person.id) : admin.id
    const asks = asksOf(idAt)
    const kept = await keptBy(scene)
    const faults: string[] = []
    for (const { name, member, send } of asks) {
      const { status, code, text } = await send(who)
      const isNamed = code === 'validation_failed' && text.includes(JSON.stringify(`/${member}`))
      if (status !== 400 || !isNamed) faults.push(`${member} at ${name}: ${status} ${String(code)}`)
    }
    if (await keptBy(scene) !== kept) faults.push('something was written')
    faults.push(...await refusedGood(who, idAt))
    const seen = `${asks.length} refused as asked, nothing written`
    return findingOf(faults, seen)
  }
}
