// SECURITY.md D: a good token in an Authorization header that is none, and in other places than that header.
import { sendRaw } from '../../test/helpers/transports.js'
import { adminOf } from '../accounts.js'
import { inLanes } from '../lanes.js'
import { operations } from '../operations.js'
import { findingOf, type Row, stores } from '../row.js'

const guarded = operations.filter((operation) => operation.guarded)
const reading = guarded.filter(({ method, path }) => method === 'GET' && path !== '/metrics' && !path.includes('{'))

/** Header lines that hold a good token and must not count: name → lines. */
function refusedLines (token: string): Record<string, string[]> {
  const bearer = `Authorization: Bearer ${token}`
  return {
    'none': [],
    'empty': ['Authorization:'],
    'scheme alone': ['Authorization: Bearer'],
    'token alone': [`Authorization: ${token}`],
    'Basic': ['Authorization: Basic dXNlcjpwYXNz'],
    'Basic with the token': [`Authorization: Basic ${token}`],
    'Digest': [`Authorization: Digest username="${token}"`],
    'DPoP': [`Authorization: DPoP ${token}`],
    'JWT': [`Authorization: JWT ${token}`],
    'twice the same': [bearer, bearer],
    'twice, in other cases': [bearer, `AUTHORIZATION: Bearer ${token}`],
    'Basic before it': ['Authorization: Basic dXNlcjpwYXNz', bearer],
    'Basic after it': [bearer, 'Authorization: Basic dXNlcjpwYXNz'],
    'an empty one before it': ['Authorization:', bearer],
    'comma list': [`${bearer}, Bearer ${token}`],
    'comma list with Basic': [`Authorization: Basic dXNlcjpwYXNz, Bearer ${token}`],
    'comma after it': [`${bearer},`],
    'tab': [`Authorization: Bearer\t${token}`],
    'no-break space': [`Authorization: Bearer\u00a0${token}`],
    'colon': [`Authorization: Bearer:${token}`],
    'equals': [`Authorization: Bearer=${token}`],
    'quoted': [`Authorization: Bearer "${token}"`],
    'the scheme twice': [`Authorization: Bearer Bearer ${token}`],
    'two tokens': [`${bearer} ${token}`],
    'a longer scheme': [`Authorization: Bearertoken ${token}`],
    'parameters after it': [`${bearer}; charset=utf-8`],
    'spaces of 5 KB': [`Authorization: Bearer ${' '.repeat(5000)}${token}`],
    'a line that goes on': ['Authorization: Bearer', ` ${token}`],
    'Proxy-Authorization': [`Proxy-Authorization: Bearer ${token}`],
    'X-Access-Token': [`X-Access-Token: ${token}`],
    'X-Authorization': [`X-Authorization: Bearer ${token}`],
    'a cookie': [`Cookie: token=${token}; access_token=${token}; Authorization=Bearer ${token}`]
  }
}

const goodLines = (token: string): string[] => [
  `Authorization: Bearer ${token}`, `authorization: Bearer ${token}`, `AUTHORIZATION: bearer ${token}`, `Authorization:Bearer ${token}`,
  `Authorization: BEARER ${token}`, `Authorization: bEaReR  ${token}`, `Authorization:   Bearer ${token}  `,
  `Authorization:\tBearer ${token}`
]

async function statusOf (origin: string, method: string, target: string, lines: readonly string[]) {
  const head = [`${method} ${target} HTTP/1.1`, 'Host: x', 'Connection: close', 'Content-Length: 0', ...lines]
  const { status, headers } = await sendRaw(origin, `${head.join('\r\n')}\r\n\r\n`)
  return { status, challenge: String(headers['www-authenticate']) }
}

export const authorizationHeader: Row = {
  section: 'D',
  name: 'authorization-header',
  title: 'a good token in a header that is none (twice, in a list, after a tab, under another scheme …), in other headers, in the ' +
    'query and in a cookie, at every route that asks for one',
  asked: '401 with WWW-Authenticate (or 400 where it is no HTTP); scheme and name in any case pass',
  stores,
  async run (scene) {
    const { origin, client } = await scene.start({ METRICS_TOKEN: 'the-token-of-whoever-reads-the-metrics' })
    const { accessToken: token } = await adminOf(scene, client)
    const id = '019350a4-5c1e-7b6a-9c4f-2f1d6c1a7e02'
    const refused = Object.entries(refusedLines(token))
    const inHeaders = (title: string, lines: string[]) =>
      guarded.map(({ name, method, at }) => ({ title: `${title} at ${name}`, method, target: at(id), lines }))
    const inQuery = (member: string) =>
      guarded.map(({ name, method, at }) => ({ title: `?${member} at ${name}`, method, target: `${at(id)}?${member}=${token}`, lines: [] }))
    const asks = [
      ...refused.flatMap(([title, lines]) => inHeaders(title, lines)),
      ...['access_token', 'token', 'authorization', 'bearer_token'].flatMap(inQuery)
    ]
    const faults = (await inLanes(asks, 16, async ({ title, method, target, lines }) => {
      const { status, challenge } = await statusOf(origin, method, target, lines)
      const isRefused = status === 401 ? challenge.startsWith('Bearer') : status === 400 && title.startsWith('a line that goes on')
      return isRefused ? null : `${title}: ${status}`
    })).filter((fault) => fault !== null)
    const passing = goodLines(token).flatMap((line) => reading.map(({ name, path }) => ({ line, name, path })))
    for (const { line, name, path } of passing) {
      const { status } = await statusOf(origin, 'GET', path, [line])
      if (status !== 200) faults.push(`${line.slice(0, 24)} at ${name}: ${status}`)
    }
    const good = `${goodLines(token).length} spellings × ${reading.length} routes pass`
    const seen = `${refused.length + 4} variants × ${guarded.length} routes refused, ${good}`
    return findingOf(faults, seen)
  }
}
