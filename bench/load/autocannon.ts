// Load where there is no wrk: autocannon [replay|refresh] ORIGIN CONNECTIONS SECONDS PATH FILE FIRST-ADDRESS. Prints what bench/wrk/report.lua prints.
import { readFileSync } from 'node:fs'
import autocannon, { type Request } from 'autocannon'
import { headersOf } from './requests.js'

const [kind, origin = '', connections, seconds, path = '', file = '', first] = process.argv.slice(2)
const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
let index = Number(first)

function replay (): Request {
  const line = lines[index % lines.length] ?? ''
  const headers = headersOf(index++)
  if (!line.startsWith('{')) return { method: 'GET', path, headers: { ...headers, authorization: `Bearer ${line}` } }
  return { method: 'POST', path, headers: { ...headers, 'content-type': 'application/json' }, body: line }
}

function refresh (): Request {
  return { method: 'POST', path, headers: { ...headersOf(index++), 'content-type': 'application/json' }, body: JSON.stringify({ refreshToken: lines.shift() ?? '' }) }
}

/** The successor goes to the end of the queue. */
function queue (_status: number, body: string): void {
  const [, successor] = /"refreshToken":"([^"]+)"/.exec(body) ?? []
  if (successor !== undefined) lines.push(successor)
}

const make = kind === 'refresh' ? refresh : replay
const result = await autocannon({
  url: origin,
  connections: Number(connections),
  duration: Number(seconds),
  requests: [{ setupRequest: (request) => ({ ...request, ...make() }), ...(kind === 'refresh' && { onResponse: queue }) }]
})
const { latency, requests, errors, non2xx } = result
console.log(`BENCH ${JSON.stringify({ requests: requests.total, seconds: result.duration, failed: errors + non2xx, p50: latency.p50, p99: latency.p99, p999: latency.p99_9 })}`)
