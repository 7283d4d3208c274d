// Lets a process and its threads run the TypeScript sources as they are: `node --import=./scripts/typescript-loader.js`. The tests run
// under it. Types are blanked out in place, so that every line and column, and with them the coverage, stays where it is in the source.
import module, { syncBuiltinESMExports } from 'node:module'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import threads from 'node:worker_threads'
import * as hooks from './typescript-hooks.js'
import { plain } from './typescript-plain.js'

const root = fileURLToPath(new URL('..', import.meta.url))

// Where Node runs hooks in the thread that loads, they need none of their own.
if (module.registerHooks === undefined) module.register('./typescript-hooks.js', import.meta.url)
else module.registerHooks(hooks)

const { Worker } = threads

/** Runs the plain text of a program of ours, without hooks: theirs is a thread more, and takes longer to start than most programs run.
 * GATEHOUSE_COUNTED_THREADS leaves a thread the options of its process, under which coverage counts. */
threads.Worker = class extends Worker {
  constructor (program, options) {
    const isPlain = process.env.GATEHOUSE_COUNTED_THREADS === undefined && program instanceof URL && program.pathname.endsWith('.ts')
    const { NODE_OPTIONS: _none, ...env } = process.env
    super(isPlain ? plain(relative(root, fileURLToPath(program))) : program, isPlain ? { ...options, execArgv: [], env } : options)
  }
}
syncBuiltinESMExports()
