// How long answers take, and whether two kinds of question can be told apart by it.
import { readdirSync, readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import type { Reply } from '../test/helpers/transports.js'
import { quantile } from './load.js'

export interface Timed extends Reply { milliseconds: number }

/** The processor time that a process has had in all its threads, in milliseconds: what it has worked, whoever else does (Linux). */
export function workOf (pid: number): number {
  return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => sum + workOfThread(pid, thread), 0)
}

/** The same of its main thread alone, which answers requests and hashes nothing. */
export function workOfLoop (pid: number): number {
  return workOfThread(pid, String(pid))
}

function workOfThread (pid: number, thread: string): number {
  return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6
}

/** Asks on one connection that stays open, so that opening it is not in the time. */
export function createTimer (origin: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return {
    async post (path: string, json: object): Promise<Timed> {
      const body = JSON.stringify(json)
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
      return await new Promise((resolve, reject) => {
        const began = performance.now()
        const sent = request(`${origin}${path}`, { method: 'POST', agent, headers }, (answer) => {
          let text = ''
          answer.on('data', (part: Buffer) => { text += part.toString() })
          answer.on('end', () => { resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, milliseconds: performance.now() - began }) })
          answer.on('error', reject)
        })
        sent.on('error', reject)
        sent.end(body)
      })
    },
    close: (): void => { agent.destroy() }
  }
}

/** `chance`: how far apart chance alone puts the medians in one of a hundred cases. */
export interface Comparison { medians: [number, number], t: number, chance: number }

/** Of two samples: their medians and Welch's t. */
export function compare (one: readonly number[], other: readonly number[]): Comparison {
  const t = (mean(one) - mean(other)) / Math.sqrt(variance(one) / one.length + variance(other) / other.length)
  return { medians: [median(one), median(other)], t, chance: 2.58 * Math.hypot(errorOfMedian(one), errorOfMedian(other)) }
}

const median = (values: readonly number[]): number => quantile(values, 0.5)

/** Its standard error, by the median deviation, which outliers do not move. */
function errorOfMedian (values: readonly number[]): number {
  const middle = median(values)
  return 1.253 * 1.483 * median(values.map((value) => Math.abs(value - middle))) / Math.sqrt(values.length)
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

function variance (values: readonly number[]): number {
  const middle = mean(values)
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1)
}
