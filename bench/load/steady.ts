// GET at a steady rate, whatever the answers take: steady URL FILE RATE SECONDS, the lines of the file as Bearer tokens in turn. A latency
// counts from when the request was due, so that a server that stands still is not asked less. Prints milliseconds after the word BENCH.
import { readFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { headersOf } from './requests.js'

const [url = '', file = '', rate, seconds] = process.argv.slice(2)
/** Who has no answer by then, in milliseconds, has waited so long, and is no failure. */
const patience = 20_000
const tokens = readFileSync(file, 'utf8').trimEnd().split('\n')
const agent = new Agent({ keepAlive: true, maxSockets: 256 })
let failed = 0

function ask (index: number, due: number): Promise<number> {
  return new Promise((resolve) => {
    const headers = { ...headersOf(index), authorization: `Bearer ${tokens[index % tokens.length] ?? ''}` }
    const fail = (): void => {
      failed += 1
      resolve(performance.now() - due)
    }
    setTimeout(() => { resolve(performance.now() - due) }, patience)
    get(url, { agent, headers }, (response) => {
      if (response.statusCode !== 200) failed += 1
      response.resume().on('end', () => { resolve(performance.now() - due) }).on('error', fail)
    }).on('error', fail)
  })
}

const began = performance.now()
const asked: Array<Promise<number>> = []
for (let index = 0; index < Number(rate) * Number(seconds); index += 1) {
  const due = began + index * 1000 / Number(rate)
  await sleep(Math.max(0, due - performance.now()))
  asked.push(ask(index, due))
}
const times = (await Promise.all(asked)).sort((a, b) => a - b)
const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN
console.log(`BENCH ${JSON.stringify({ requests: times.length, failed, p50: at(0.5), p99: at(0.99), maximum: at(1) })}`)
// Without those that still wait.
process.exit(0)
