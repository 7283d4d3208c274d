// What the argon2 library alone does: `argon2-alone hash|verify SECONDS MEMORY-KIB PASSES LANES`, with a hash more under way than there are cores.
import argon2 from 'argon2'
import { availableParallelism } from 'node:os'

const [what, seconds, memoryCost, timeCost, parallelism] = process.argv.slice(2)
const options = { type: argon2.argon2id, memoryCost: Number(memoryCost), timeCost: Number(timeCost), parallelism: Number(parallelism) }
const password = 'a bench pass phrase'
const known = await argon2.hash(password, options)
const once = what === 'verify' ? async () => await argon2.verify(known, password) : async () => await argon2.hash(password, options)
const began = performance.now()
const before = process.cpuUsage()
const times: number[] = []

async function lane (): Promise<void> {
  while (performance.now() - began < Number(seconds) * 1000) {
    const from = performance.now()
    await once()
    times.push(performance.now() - from)
  }
}

await Promise.all(Array.from({ length: availableParallelism() + 1 }, lane))
const elapsed = (performance.now() - began) / 1000
const { user, system } = process.cpuUsage(before)
const sorted = times.sort((a, b) => a - b)
const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
console.log(`BENCH ${JSON.stringify({ requestsPerSecond: times.length / elapsed, cpuMicroseconds: (user + system) / times.length, p50: at(0.5), p99: at(0.99) })}`)
