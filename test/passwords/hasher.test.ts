// Hashing and checking: who gets in, who does not, and that a refusal costs the same for all.
import { hash as hashBcrypt } from '@node-rs/bcrypt'
import t, { type Test } from 'tap'
import { isServiceError } from '../../src/errors.js'
import type { HashCosts } from '../../src/passwords/hash-cost.js'
import { createPasswordHasher } from '../../src/passwords/hasher.js'
import { type PasswordHash, asPasswordHash } from '../../src/passwords/password-hash.js'
import { leastOfThree } from '../helpers/until.js'

const cheap = { memoryKib: 1024, time: 1, parallelism: 1 }
const hasher = createPasswordHasher({ argon2: cheap, slots: 2, queue: 64 })
const noBcrypt = { bcryptCost: null, argon2: null }
const right = { ok: true, renew: false }
const wrong = { ok: false, renew: false }
// From the first of the older servers' tutorials: the hash of `password`.
const tutorialHash = brought('$2b$10$2WLRRE/IWW.1yXcEyt0sZeFS/257w6SAaigbMNMfcqX1JNZ1KKXGO')

function brought (text: string): PasswordHash {
  const hash = asPasswordHash(text)
  if (hash === null) throw new Error(`${text} is no hash`)
  return hash
}

t.test('a hash is argon2id with the configured parameters, and only its own password opens it', async t => {
  const hash = await hasher.hash('correct horse')
  t.match(hash, /^\$argon2id\$v=19\$m=1024,t=1,p=1\$/)
  t.same(await hasher.verify(hash, 'correct horse', noBcrypt), right)
  t.same(await hasher.verify(hash, 'correct horsE', noBcrypt), wrong)
  t.same(await hasher.verify(hash, 'correct horse', { ...noBcrypt, bcryptCost: 4 }), right)
  t.not(await hasher.hash('correct horse'), hash, 'salted anew each time')
})

t.test('composed and decomposed spellings are one password', async t => {
  t.same(await hasher.verify(await hasher.hash('caf\u00e9-au-lait'), 'cafe\u0301-au-lait', noBcrypt), right)
})

t.test('NUL is a character like any other', async t => {
  const hash = await hasher.hash('before\0after')
  t.same(await hasher.verify(hash, 'before\0after', noBcrypt), right)
  t.same(await hasher.verify(hash, 'before\0other', noBcrypt), wrong)
  t.same(await hasher.verify(hash, 'before', noBcrypt), wrong)
})

t.test('text that is not well-formed is not hashed, and is never the right password', async t => {
  t.ok(isServiceError(await hasher.hash('lone \ud800 surrogate').catch((error: unknown) => error), 'weak_password'))
  const hash = await hasher.hash('lone \ufffd surrogate')
  t.same(await hasher.verify(hash, 'lone \ufffd surrogate', noBcrypt), right)
  t.same(await hasher.verify(hash, 'lone \ud800 surrogate', noBcrypt), wrong)
})

t.test('where there is no account, no password is right', async t => {
  t.same(await hasher.verify(null, '', noBcrypt), wrong)
  t.same(await hasher.verify(null, 'password', { ...noBcrypt, bcryptCost: 4 }), wrong)
})

t.test('a bcrypt hash that was brought along is checked under each of its prefixes and is to be renewed', async t => {
  for (const prefix of ['$2a$', '$2b$', '$2y$']) {
    const hash = brought(tutorialHash.replace('$2b$', prefix))
    t.same(await hasher.verify(hash, 'password', { ...noBcrypt, bcryptCost: 10 }), { ok: true, renew: true }, prefix)
    t.same(await hasher.verify(hash, 'Password', { ...noBcrypt, bcryptCost: 4 }), wrong, prefix)
  }
})

t.test('bcrypt takes the text as given and its first 72 bytes only', async t => {
  const decomposed = brought(await hashBcrypt('cafe\u0301', 4))
  t.equal((await hasher.verify(decomposed, 'cafe\u0301', noBcrypt)).ok, true)
  t.equal((await hasher.verify(decomposed, 'caf\u00e9', noBcrypt)).ok, false)
  const long = brought(await hashBcrypt('x'.repeat(72), 4))
  t.equal((await hasher.verify(long, `${'x'.repeat(72)}y`, noBcrypt)).ok, true)
  t.equal((await hasher.verify(long, 'x'.repeat(71), noBcrypt)).ok, false)
  const nul = brought(await hashBcrypt('a\0b', 4))
  t.equal((await hasher.verify(nul, 'a\0c', noBcrypt)).ok, false)
})

t.test('a hash weaker than configured is to be renewed, a stronger one stays', async t => {
  const hash = await hasher.hash('correct horse')
  const renewal = async (argon2: typeof cheap): Promise<boolean> =>
    (await createPasswordHasher({ argon2, slots: 1, queue: 1 }).verify(hash, 'correct horse', noBcrypt)).renew
  t.equal(await renewal({ ...cheap, memoryKib: 2048 }), true)
  t.equal(await renewal({ ...cheap, time: 2 }), true)
  t.equal(await renewal({ ...cheap, memoryKib: 512 }), false)
})

t.test('a stored hash that is too dear is not run: a fault whose cause says why', async t => {
  const dear = brought('$argon2id$v=19$m=99999999,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$YXNkZmFzZGZhc2RmYXNkZmFzZGZhc2RmYXNkZmFzZGY')
  const fault = await hasher.verify(dear, 'password', noBcrypt).catch((error: unknown) => error)
  t.ok(isServiceError(fault, 'internal'))
  t.match((fault as Error).cause, { message: /m=99999999/ })
})

t.test('every call holds one slot, and is refused where all slots and the queue are taken', async t => {
  const narrow = createPasswordHasher({ argon2: cheap, slots: 1, queue: 1 })
  const calls = [narrow.hash('first'), narrow.verify(tutorialHash, 'second', { ...noBcrypt, bcryptCost: 10 }), narrow.verify(null, 'third', noBcrypt)]
  t.match(narrow.stats(), { slots: 1, running: 1 })
  const [first, second, third] = await Promise.allSettled(calls)
  t.equal(first?.status, 'fulfilled')
  t.equal(second?.status, 'fulfilled')
  t.ok(third?.status === 'rejected' && isServiceError(third.reason, 'busy'))
  t.same(narrow.stats(), { slots: 1, running: 0, waiting: 0, refused: 1 })
})

type Kind = [name: string, hash: PasswordHash | null]

/** The median of the milliseconds of processor time that a wrong password takes, for each kind: what others do on the machine is not in it. */
async function medianTimes (argon2: typeof cheap, highest: Partial<HashCosts>, kinds: Kind[]): Promise<Array<{ name: string, median: number }>> {
  const single = createPasswordHasher({ argon2, slots: 1, queue: 1 })
  const times = kinds.map((): number[] => [])
  for (let round = 0; round < 15; round += 1) {
    for (const [index, [, hash]] of kinds.entries()) {
      const before = process.cpuUsage()
      await single.verify(hash, 'wrong horse', { ...noBcrypt, ...highest })
      const { user, system } = process.cpuUsage(before)
      times[index]?.push((user + system) / 1000)
    }
  }
  return kinds.map(([name], index) => ({ name, median: times[index]?.sort((a, b) => a - b)[7] ?? Number.NaN }))
}

async function hashOf (argon2: typeof cheap): Promise<PasswordHash> {
  return await createPasswordHasher({ argon2, slots: 1, queue: 1 }).hash('correct horse')
}

/** Holds the medians against the first. Who shares caches and memory with others is slower at times: where they differ they are measured
 * again, three times in all. */
async function sameWork (t: Test, measure: () => ReturnType<typeof medianTimes>): Promise<void> {
  const isSame = (median: number, unknown: number): boolean => median > unknown * 0.65 && median < unknown * 1.35
  const unknownOf = (medians: Array<{ median: number }>): number => medians[0]?.median ?? Number.NaN
  let medians = await measure()
  for (let round = 0; round < 2 && !medians.every(({ median }) => isSame(median, unknownOf(medians))); round += 1) medians = await measure()
  const unknown = unknownOf(medians)
  for (const { name, median } of medians) t.ok(isSame(median, unknown), `${name}: ${median.toFixed(1)} ms, unknown ${unknown.toFixed(1)} ms`)
}

t.test('a log-in that fails costs the same for unknown accounts, argon2id and bcrypt of any cost', async t => {
  const argon2 = { memoryKib: 4096, time: 2, parallelism: 1 }
  const kinds: Kind[] = [
    ['unknown', null],
    ['argon2id', await hashOf(argon2)],
    ['bcrypt 7', brought(await hashBcrypt('correct horse', 7))],
    ['bcrypt 4', brought(await hashBcrypt('correct horse', 4))]
  ]
  await sameWork(t, async () => await medianTimes(argon2, { bcryptCost: 7 }, kinds))
})

t.test('a log-in that fails costs the same for argon2id hashes that are weaker than configured', async t => {
  const argon2 = { memoryKib: 8192, time: 2, parallelism: 1 }
  const kinds: Kind[] = [
    ['unknown', null],
    ['argon2id', await hashOf(argon2)],
    ['less memory', await hashOf({ ...argon2, memoryKib: 2048 })],
    ['fewer passes', await hashOf({ ...argon2, time: 1 })]
  ]
  await sameWork(t, async () => await medianTimes(argon2, {}, kinds))
})

t.test('a log-in that fails costs the same where some hashes are dearer than configured, up to sixteen times', async t => {
  const argon2 = { memoryKib: 4096, time: 2, parallelism: 1 }
  const dear = { memoryKib: 16_384, time: 3, parallelism: 1 }
  const kinds: Kind[] = [
    ['unknown', null],
    ['dear argon2id', await hashOf(dear)],
    ['argon2id', await hashOf(argon2)],
    ['bcrypt 7', brought(await hashBcrypt('correct horse', 7))]
  ]
  await sameWork(t, async () => await medianTimes(argon2, { bcryptCost: 7, argon2: dear }, kinds))
  const wide = { ...dear, time: 6, parallelism: 2 }
  const wideKinds: Kind[] = [['unknown', null], ['dear argon2id of two lanes', await hashOf(wide)]]
  await sameWork(t, async () => await medianTimes(argon2, { argon2: wide }, wideKinds))
  const unknownAt = async (times: number): Promise<number> =>
    (await medianTimes(argon2, { argon2: { ...argon2, time: argon2.time * times } }, [['unknown', null]]))[0]?.median ?? Number.NaN
  const times = await leastOfThree(1.5, async () => {
    const most = await unknownAt(16)
    return await unknownAt(400) / most
  })
  t.ok(times < 1.5, `${times} times as long`)
})

t.test('what a dear hash takes in memory, no wrong password of others does', async t => {
  const single = createPasswordHasher({ argon2: { memoryKib: 19_456, time: 2, parallelism: 1 }, slots: 1, queue: 1 })
  let most = 0
  const watch = setInterval(() => { most = Math.max(most, process.memoryUsage.rss()) }, 1)
  const before = process.memoryUsage.rss()
  await single.verify(null, 'wrong horse', { ...noBcrypt, argon2: { memoryKib: 1_048_576, time: 3, parallelism: 1 } })
  clearInterval(watch)
  t.ok(most - before < 150 * 2 ** 20, `${Math.round((most - before) / 2 ** 20)} MiB`)
})
