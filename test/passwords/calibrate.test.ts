// Finding argon2id parameters: never below the floor, as near to the target as memory and passes allow.
import t from 'tap'
import { calibrate, floor, measureHash } from '../../src/passwords/calibrate.js'
import type { Argon2Parameters } from '../../src/passwords/hash-cost.js'
import { leastOfThree } from '../helpers/until.js'

const work = ({ memoryKib, time }: Argon2Parameters): number => memoryKib * time
/** A machine that needs so many milliseconds for the floor, and whose time goes with memory times passes to the power given. */
function machine (floorMilliseconds: number, power = 1) {
  const asked: Argon2Parameters[] = []
  return {
    asked,
    measure: async (parameters: Argon2Parameters) => {
      asked.push(parameters)
      return floorMilliseconds * (work(parameters) / work(floor)) ** power
    }
  }
}

const options = { targetMilliseconds: 100, maxMemoryKib: 65_536, parallelism: 1 }

t.test('a machine with time to spare gets more memory, and passes where memory is at its limit', async (t) => {
  const roomy = await calibrate({ ...options, maxMemoryKib: 1_048_576, measure: machine(20).measure })
  t.same(roomy.floor, { ...floor, milliseconds: 20 })
  t.match(roomy.suggestion, { memoryKib: 97_280, time: 2, parallelism: 1 })
  const narrow = await calibrate({ ...options, maxMemoryKib: 32_768, measure: machine(10).measure })
  t.match(narrow.suggestion, { memoryKib: 32_768, time: 11 })
  t.ok(narrow.suggestion.milliseconds <= 100)
})

t.test('one that grows faster than memory times passes is asked again with less', async (t) => {
  const steep = machine(20, 1.5)
  const { suggestion } = await calibrate({ ...options, maxMemoryKib: 1_048_576, measure: steep.measure })
  t.ok(steep.asked.length > 2)
  t.ok(suggestion.milliseconds <= 110 && suggestion.milliseconds > 50, `${suggestion.milliseconds}`)
  t.ok(work(suggestion) > work(floor))
})

t.test('the floor stands: on a slow machine, with little memory allowed, and where nothing between fits', async (t) => {
  const slow = machine(400)
  t.same((await calibrate({ ...options, measure: slow.measure })).suggestion, { ...floor, milliseconds: 400 })
  t.equal(slow.asked.length, 1)
  t.same((await calibrate({ ...options, targetMilliseconds: 20.1, measure: machine(20).measure })).suggestion, { ...floor, milliseconds: 20 })
  t.match((await calibrate({ ...options, maxMemoryKib: 1024, measure: machine(90).measure })).suggestion, { memoryKib: floor.memoryKib })
  t.same((await calibrate({ ...options, measure: machine(1, 9).measure })).floor.memoryKib, floor.memoryKib)
})

t.test('a machine of another world gets the most passes that are run here', async (t) => {
  t.match((await calibrate({ ...options, measure: machine(0.01).measure })).suggestion, { memoryKib: 65_536, time: 20 })
})

t.test('more lanes are kept', async (t) => {
  t.match(await calibrate({ ...options, parallelism: 4, measure: machine(20).measure }), { floor: { parallelism: 4 }, suggestion: { parallelism: 4 } })
})

t.test('what is measured is the hash that the service makes: twice the passes take longer', async (t) => {
  // The least of three: another process may have had the processor meanwhile.
  const least = async (time: number): Promise<number> => {
    const measured: number[] = []
    for (let round = 0; round < 3; round += 1) measured.push(await measureHash({ memoryKib: 8192, time, parallelism: 1 }))
    return Math.min(...measured)
  }
  const part = await leastOfThree(2 / 3, async () => await least(1) / await least(6))
  t.ok(part > 0 && part < 2 / 3, `${part} of the time`)
})
