// SECURITY.md D: every operation by everybody, against the rules and against docs/AUTHORITY.md.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Actor, actors, askAll, authorityPage } from '../authority.js'
import { type ApiOperation, operations } from '../operations.js'
import { findingOf, type Row, stores } from '../row.js'

const roles = ['client', 'manager', 'admin'] as const
type Role = typeof roles[number]

/** The least role that an operation asks for. */
function neededBy ({ method, path }: ApiOperation): Role {
  if (/^\/(users|audit|revocations)\b/.test(path)) return 'admin'
  return path.startsWith('/persons') && method !== 'GET' ? 'manager' : 'client'
}

const roleOf = (actor: Actor): Role => actor === 'manager' || actor === 'admin' ? actor : 'client'

/** What the answer must be; undefined: the operation is done. */
function refusalOf (operation: ApiOperation, actor: Actor): number | undefined {
  const { name, path, guarded } = operation
  if (name === 'POST /password/reset' || name === 'POST /email/verify') return 400
  if (!guarded) return undefined
  if (actor === 'no token' || actor === 'former admin' || path === '/metrics') return 401
  if (roles.indexOf(roleOf(actor)) < roles.indexOf(neededBy(operation))) return 403
  return path === '/sessions/{id}' && actor !== 'client' ? 404 : undefined
}

export const authority: Row = {
  section: 'D',
  name: 'authority',
  title: 'every operation of openapi.yaml by nobody, a client, another client, a manager, an admin, and a former admin with the token ' +
    'from before and after',
  asked: 'the roles of the table in docs/AUTHORITY.md and no others; no operation is left out',
  stores,
  async run (scene) {
    const found = await askAll(scene)
    const faults = operations.flatMap((operation) => actors.flatMap((actor) => {
      const status = found.get(operation.name)?.[actor] ?? 0
      const refusal = refusalOf(operation, actor)
      const right = refusal === undefined ? status >= 200 && status < 300 : status === refusal
      return right ? [] : [`${operation.name} by ${actor}: ${status}`]
    }))
    const page = readFileSync(fileURLToPath(new URL('../../docs/AUTHORITY.md', import.meta.url)), 'utf8')
    if (page !== authorityPage(found)) faults.push('docs/AUTHORITY.md says something else (npm run authority)')
    const seen = `${found.size} operations × ${actors.length}, as the table says`
    return findingOf(faults, seen)
  }
}
