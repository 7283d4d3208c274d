// SECURITY.md D: addresses that are none, methods that nobody takes, and one method that claims to be another.
import { sendRaw } from '../../test/helpers/transports.js'
import { adminOf } from '../accounts.js'
import { keptBy } from '../kept.js'
import { inLanes } from '../lanes.js'
import { operations } from '../operations.js'
import { findingOf, type Row, stores } from '../row.js'

interface Ask { title: string, method: string, target: string, headers?: string[] }

const paths = [...new Set(operations.map(({ path }) => path))]
const id = '019350a4-5c1e-7b6a-9c4f-2f1d6c1a7e02'

/** Each spelling of a path is not that path. */
const spellings: Record<string, (path: string) => string> = {
  'slash after it': (path) => `${path}/`,
  'slash before it': (path) => `/${path}`,
  'encoded slash after it': (path) => `${path}%2f`,
  'encoded slash in it': (path) => `/%2F${path.slice(1)}`,
  'encoded dots': (path) => `${path}/%2e%2e/nothing`,
  'dots': (path) => `/nothing/..${path}`,
  'encoded dots before it': (path) => `/%2e%2e${path}`,
  'backslash': (path) => path.replace(/^\//, '/\\'),
  'parameter': (path) => `${path};x=1`,
  'capitals': (path) => path.toUpperCase().replace(/[0-9A-F]{8}-.*?(?=\/|$)/, id),
  'NUL after it': (path) => `${path}%00`,
  'blank after it': (path) => `${path}%20`,
  'broken escape': (path) => `${path}%`,
  'no UTF-8': (path) => `${path}%ff`,
  'overlong slash': (path) => `${path}%c0%af`,
  'escaped twice': (path) => `${path}%252f`,
  '8 KB after it': (path) => `${path}/${'x'.repeat(8000)}`,
  'extension': (path) => `${path}.json`
}

/** In the place of an id. */
const segments = [
  '..%2f..%2fetc%2fpasswd', '%2e%2e', '%00', '%', '%E0%A4%A', '%ff', '*', 'null', 'undefined', '[object%20Object]', '__proto__',
  'constructor', '$ne', '%24ne', '{id}', '0', '-1', '1e999', `${id}%00`, id.toUpperCase(), 'x'.repeat(300), 'x'.repeat(8000)
]

const queries = [
  'a[]=1', 'a[b]=1', '__proto__[role]=admin', 'constructor=1', '%', '%ff=%ff', 'a=1&a=2', '?', '&=&', `a=${'x'.repeat(8000)}`
]
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

function asks (): Ask[] {
  const methodsOf = (path: string): string[] => operations.filter((operation) => operation.path === path).map(({ method }) => method)
  const respelled = paths.flatMap((path) => Object.entries(spellings).map(([title, spell]): Ask =>
    ({ title, method: methodsOf(path)[0] ?? 'GET', target: spell(path.replace('{id}', id)) })))
  const named = operations.filter(({ path }) => path.includes('{id}')).flatMap(({ method, at }) =>
    segments.map((segment): Ask => ({ title: 'id', method, target: at(segment) })))
  const queried = operations.filter(({ query }) => query.length > 0).flatMap(({ method, path }) =>
    queries.map((query): Ask => ({ title: 'query', method, target: `${path}?${query}` })))
  const unheard = paths.flatMap((path) => {
    const others = methods.filter((method) => !methodsOf(path).includes(method))
    const names = ['TRACE', 'SEARCH', 'PROPFIND', 'MERGE', 'PURGE', 'QUERY', ...others]
    return names.map((method): Ask => ({ title: 'method', method, target: path.replace('{id}', id) }))
  })
  return [...respelled, ...named, ...queried, ...unheard, ...overrides()]
}

/** An address that takes no POST is not asked with DELETE because somebody says so. */
function overrides (): Ask[] {
  const takesPost = (path: string): boolean => operations.some((other) => other.path === path && other.method === 'POST')
  const targets = operations.filter(({ method, path }) => method === 'DELETE' && !takesPost(path)).map(({ at }) => at(id))
  const names = ['X-HTTP-Method-Override', 'X-Method-Override', 'X-HTTP-Method']
  return targets.flatMap((target) => [
    ...names.map((name): Ask => ({ title: name, method: 'POST', target, headers: [`${name}: DELETE`] })),
    { title: '_method', method: 'POST', target: `${target}?_method=DELETE` }
  ])
}

/** What is no request of HTTP, or one to somewhere else. */
const raw: Record<string, string> = {
  'nonsense': 'nonsense\r\n\r\n',
  'blank in the address': 'GET /a b HTTP/1.1\r\nHost: x\r\n\r\n',
  'no address': 'GET  HTTP/1.1\r\nHost: x\r\n\r\n',
  'no slash': 'GET profile HTTP/1.1\r\nHost: x\r\n\r\n',
  'HTTP/9.9': 'GET /profile HTTP/9.9\r\nHost: x\r\n\r\n',
  'NUL in the address': 'GET /profile\0 HTTP/1.1\r\nHost: x\r\n\r\n',
  'NUL in a header': 'GET /profile HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n',
  'a bare CR': 'GET /profile HTTP/1.1\r\nHost: x\r\nA: b\rC: d\r\n\r\n',
  'blank before the colon': 'GET /profile HTTP/1.1\r\nHost : x\r\n\r\n',
  'no Host': 'GET /profile HTTP/1.1\r\n\r\n',
  'two lengths': 'POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
  'a negative length': 'POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
  'length and chunks': 'POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'chunks of another coding': 'POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n',
  'a broken chunk': 'POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n',
  'headers of 20 KiB': `GET /profile HTTP/1.1\r\nHost: x\r\nA: ${'x'.repeat(20_000)}\r\n\r\n`,
  'an unknown method': 'BREW /profile HTTP/1.1\r\nHost: x\r\n\r\n'
}

export const malformedUrls: Row = {
  section: 'D',
  name: 'malformed-urls',
  title: 'addresses that are none: encoded slash, dot and NUL, other spellings of every path and id, `?a[]=`, 8 KB; TRACE and every ' +
    'method that a path does not take, method override; what is no HTTP',
  asked: '400, 404, 405 or 414 (431 for headers), nothing is written; the addresses themselves pass',
  stores,
  async run (scene) {
    const { origin, client } = await scene.start({ METRICS_TOKEN: 'the-token-of-whoever-reads-the-metrics' })
    const { accessToken } = await adminOf(scene, client)
    const kept = await keptBy(scene)
    const always = ['Host: x', 'Connection: close', `Authorization: Bearer ${accessToken}`, 'Content-Length: 0']
    const send = async ({ method, target, headers = [] }: Ask): Promise<number> =>
      (await sendRaw(origin, `${[`${method} ${target} HTTP/1.1`, ...always, ...headers].join('\r\n')}\r\n\r\n`)).status
    const all = asks()
    const faults = (await inLanes(all, 16, async (ask) => {
      const status = await send(ask)
      return [400, 404, 405, 414].includes(status) ? null : `${ask.title}: ${ask.method} ${ask.target.slice(0, 60)}: ${status}`
    })).filter((fault) => fault !== null)
    for (const [title, bytes] of Object.entries(raw)) {
      const { status } = await sendRaw(origin, bytes.replace('/profile', '/health/live'))
      if (![400, 404, 431].includes(status)) faults.push(`${title}: ${status}`)
    }
    if (await keptBy(scene) !== kept) faults.push('something was written')
    for (const target of ['/profile', '/persons', '/persons?limit=5', '/users', '/sessions', '/audit', '/health/live']) {
      const status = await send({ title: '', method: 'GET', target })
      if (status !== 200) faults.push(`a good one: GET ${target}: ${status}`)
    }
    const seen = `${all.length + Object.keys(raw).length} refused as asked, nothing written`
    return findingOf(faults, seen)
  }
}
