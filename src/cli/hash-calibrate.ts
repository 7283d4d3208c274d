// gatehouse hash calibrate: what password hashing may cost on this machine.
import { availableParallelism } from 'node:os'
import { type Command, InvalidArgumentError } from 'commander'
import { calibrate, measureHash, type Measured } from '../passwords/calibrate.js'
import { ceilings } from '../passwords/hash-cost.js'
import type { Cli } from './io.js'
import { printJson, printLine } from './print.js'

const examples = `
Measures argon2id here, as the service runs it, and prints lines for .env: the most memory and passes that one hash can have in
the time of --target, never less than OWASP's minimum (19 MiB, 2 passes, 1 lane). Reads no configuration and writes nothing. Run
it while the machine is otherwise idle. Hashes of before go on counting; a weaker one is replaced when its owner logs in.

Examples:
  gatehouse hash calibrate
  gatehouse hash calibrate --target 250 --max-memory 128 >> .env
  gatehouse hash calibrate --json | jq .suggestion`

interface CalibrateCommand { target: number, maxMemory: number, parallelism: number, json?: true }

export function addHashCalibrate (hash: Command, cli: Cli): void {
  hash.command('calibrate')
    .description('suggest argon2id parameters for this machine')
    .option('--target <ms>', 'how long one hash may take, in milliseconds', within(1, 5000), 100)
    .option('--max-memory <MiB>', 'how much memory one hash may hold', within(19, ceilings.memoryKib / 1024), 64)
    .option('--parallelism <lanes>', 'lanes of one hash; more than 1 only where log-ins are few', within(1, ceilings.parallelism), 1)
    .option('--json', 'print { targetMilliseconds, floor, suggestion, cores } as JSON')
    .addHelpText('after', examples)
    .action(async ({ target, maxMemory, parallelism, json }: CalibrateCommand) => {
      const { floor, suggestion } = await calibrate({ targetMilliseconds: target, maxMemoryKib: maxMemory * 1024, parallelism, measure: measureHash })
      const cores = availableParallelism()
      if (json === true) return printJson(cli.stdout, { targetMilliseconds: target, floor: rounded(floor), suggestion: rounded(suggestion), cores })
      const print = (line: string): void => { printLine(cli.stdout, line) }
      print(`# One hash takes ${say(suggestion)} here; OWASP's minimum takes ${say(floor)}.`)
      if (floor.milliseconds > target) print(`# That is more than the ${String(target)} ms asked for, but less than the minimum is no choice.`)
      print(`# With HASH_SLOTS=${String(cores)}: about ${String(Math.max(1, Math.floor(cores * 1000 / suggestion.milliseconds)))} log-ins a second, ${String(Math.ceil(cores * suggestion.memoryKib / 1024))} MiB while they hash.`)
      print(`ARGON2_MEMORY_KIB=${String(suggestion.memoryKib)}`)
      print(`ARGON2_TIME=${String(suggestion.time)}`)
      print(`ARGON2_PARALLELISM=${String(suggestion.parallelism)}`)
    })
}

const rounded = (measured: Measured): Measured => ({ ...measured, milliseconds: Math.round(measured.milliseconds * 10) / 10 })
const say = ({ memoryKib, time, parallelism, milliseconds }: Measured): string => `${milliseconds.toFixed(0)} ms (m=${String(memoryKib)},t=${String(time)},p=${String(parallelism)})`

function within (least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN
    if (!(value >= least && value <= most)) throw new InvalidArgumentError(`It must be a whole number from ${String(least)} to ${String(most)}.`)
    return value
  }
}
