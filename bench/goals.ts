// What is to be reached, and what was measured of it. `why` is told only where a goal is missed.
import { figureOf, ratioOf, type Result } from './results.js'
import { floodedPeer } from './rows/flood.js'
import { gatehouse, gatehouseOnMongodb } from './rows/lanes.js'
import { largestFirst, type Operation, operations, scaleSide, smallest } from './rows/scale.js'
import { oneWorker, twoWorkers } from './rows/workers.js'
import { argon2Alone, refreshGoalSide } from './rows/writes.js'

export type Results = ReadonlyMap<string, Result>

/** `met` null: not measured. */
export interface Judged { figure: string, met: boolean | null }

export interface Goal {
  what: string
  goal: string
  judge (results: Results): Judged
  why?: string
}

const current = 'Express, current versions'
const period = 'Express, versions of 2018'

function judged (figure: number, holds: (figure: number) => boolean, text: (figure: number) => string): Judged {
  return Number.isNaN(figure) ? { figure: 'not run', met: null } : { figure: text(figure), met: holds(figure) }
}

/** Requests/s of a side over those of another, at least `least`. */
function times (row: string, side: string, beside: string, least: number): Goal['judge'] {
  return (results) => judged(ratioOf(results.get(row), side, beside, 'requestsPerSecond'), (ratio) => ratio >= least, (ratio) => {
    const cpu = ratioOf(results.get(row), beside, side, 'cpuMicroseconds')
    return `${ratio.toFixed(2)} × (by CPU a request ${cpu.toFixed(2)} ×)`
  })
}

function timesGoal (what: string, row: string, side: string, beside: string, least: number, why?: string): Goal {
  return { what, goal: `≥ ${least} × ${beside}`, judge: times(row, side, beside, least), ...(why !== undefined && { why }) }
}

function refreshGoal (results: Results): Judged {
  const result = results.get('refresh')
  const p99 = figureOf(result, refreshGoalSide, 'p99')
  return judged(figureOf(result, refreshGoalSide, 'requestsPerSecond'), (rate) => rate >= 1500 && p99 <= 25, (rate) => `${Math.round(rate).toLocaleString('en')}/s, p99 ${p99.toFixed(1)} ms`)
}

function floodGoal (results: Results): Judged {
  const result = results.get('flood')
  const theirs = figureOf(result, floodedPeer, 'p99')
  return judged(figureOf(result, gatehouse, 'p99'), (p99) => p99 <= 10, (p99) => `${p99.toFixed(1)} ms; ${floodedPeer}: ${Number.isNaN(theirs) ? 'not run' : `${(theirs / 1000).toFixed(1)} s`}`)
}

/** The generator has no core of its own here, so the rate says less than the CPU time. */
function workersGoal (results: Results): Judged {
  const result = results.get('workers')
  const cpu = 2 * ratioOf(result, oneWorker, twoWorkers, 'cpuMicroseconds')
  return judged(ratioOf(result, twoWorkers, oneWorker, 'requestsPerSecond'), (ratio) => ratio >= 1.8, (ratio) => `${ratio.toFixed(2)} × with the load generator on the same cores; ${cpu.toFixed(2)} × by CPU a request`)
}

/** The dearest of the operations, on the largest store that was measured. */
function scaleGoal (results: Results): Judged {
  const result = results.get('scale')
  const ratio = (operation: Operation, size: number): number => ratioOf(result, scaleSide(operation, size), scaleSide(operation, smallest), 'cpuMicroseconds')
  const size = largestFirst.find((size) => !Number.isNaN(ratio('GET /profile', size))) ?? largestFirst[0]
  const ratios = operations.map((operation) => [operation, ratio(operation, size)] as const).filter(([, value]) => !Number.isNaN(value))
  const worst = ratios.length === 0 ? Number.NaN : Math.max(...ratios.map(([, value]) => value))
  return judged(worst, () => worst <= 1.3, () => ratios.map(([operation, value]) => `${operation} ${value.toFixed(2)}`).join(', ') + (size === largestFirst[0] ? '' : ` (with ${size.toLocaleString('en')} only)`))
}

function startGoal (figure: 'startMilliseconds' | 'idleMiB', most: number, unit: string): Goal['judge'] {
  return (results) => {
    const result = results.get('start')
    const theirs = figureOf(result, current, figure)
    return judged(figureOf(result, gatehouse, figure), (ours) => ours <= most && !(ours > theirs), (ours) => `${ours.toFixed(0)} ${unit}; the peer ${Number.isNaN(theirs) ? 'not run' : `${theirs.toFixed(0)} ${unit}`}`)
  }
}

// What the profiles show (`node --cpu-prof`).
const spread = 'no part stands out: Node and the kernel take a third, Fastify a sixth, and the log line, CORS, the proxy’s address, throttling, metrics, the token and the look at the database file 3 to 10 µs each'
const atEach = 'at each request a token, its revocation and its limit are looked up, the database file is asked whether it has changed, eleven headers and a line of the log are written: 3 to 10 µs each, beside the 45 that the bare route takes in all'
const besideHash = 'beside the hash stand the guard’s counters, the session and the audit line, all durable, on the same core'
const algorithms = 'argon2id with these parameters takes 31 ms of this core, bcrypt(10) 72 ms: that is the ratio of the algorithms'
const starting = 'bundled into one file and compiled at the build (290 ms of CPU, 1,120 before): what is left is Node itself (75 ms), the thread that writes, the native modules, and registering plugins and routes'
const resident = '51 MiB are Node’s own (39) and the thread that writes to SQLite (12), which the peer has not; then the program and its heap (23 MiB), and three native modules (7)'

export const goals: readonly Goal[] = [
  timesGoal('GET /profile, SQLite, without CORS and metrics', 'plain', `${gatehouse}, /profile`, 'bare Fastify route, /profile', 0.5, atEach),
  timesGoal('GET /profile, SQLite, 500 tokens, EdDSA, extras on', 'profile', gatehouse, 'node:http', 0.45, spread),
  timesGoal('the same', 'profile', gatehouse, current, 12, spread),
  timesGoal('the same', 'profile', gatehouse, period, 6, spread),
  timesGoal('GET /persons?limit=50, SQLite, extras on', 'persons', gatehouse, 'node:http', 0.55, spread),
  timesGoal('the same', 'persons', gatehouse, current, 25, spread),
  timesGoal('the same', 'persons', gatehouse, period, 15),
  timesGoal('GET /profile on the MongoDB-speaking server', 'profile', gatehouseOnMongodb, current, 2),
  timesGoal('GET /persons?limit=50 on the MongoDB-speaking server, of 1,000 persons', 'persons-of-few', gatehouseOnMongodb, current, 2, 'the server sorts without an index, and the peers do not sort'),
  { what: 'POST /refresh, SQLite, durable, 64 connections', goal: '≥ 1,500/s a core, p99 ≤ 25 ms', judge: refreshGoal, why: 'the server’s two threads share one core here: while one commits, the other waits' },
  timesGoal('POST /login', 'login', gatehouse, argon2Alone, 0.9, besideHash),
  timesGoal('POST /register', 'register', gatehouse, argon2Alone, 0.9, besideHash),
  timesGoal('POST /login', 'login', gatehouse, current, 3, algorithms),
  timesGoal('POST /register', 'register', gatehouse, current, 3, algorithms),
  { what: 'log-in flood: p99 of /profile at 100 requests/s meanwhile', goal: '≤ 10 ms', judge: floodGoal, why: 'one core for hashing and answering: a hash that runs is not interrupted for less than the kernel’s slice' },
  { what: 'two workers / one, /profile', goal: '≥ 1.8', judge: workersGoal, why: 'the load generator has no core of its own, and the primary counts each request for all workers' },
  { what: 'CPU a request with 1,000,000 users and persons / with 1,000', goal: '≤ 1.3', judge: scaleGoal },
  { what: 'start to listening', goal: '≤ 400 ms compiled, and ≤ the Express + mongoose peer’s', judge: startGoal('startMilliseconds', 400, 'ms'), why: starting },
  { what: 'idle memory', goal: '≤ 90 MiB, and ≤ the Express + mongoose peer’s', judge: startGoal('idleMiB', 90, 'MiB'), why: resident }
]
