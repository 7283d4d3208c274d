// Lets a process and its threads run the TypeScript sources as they are: `node --import=./scripts/typescript-loader.js`. The tests run
// under it. Types are blanked out in place, so that every line and column, and with them the coverage, stays where it is in the source.
import module from 'node:module'
import * as hooks from './typescript-hooks.js'

// Where Node runs hooks in the thread that loads, they need none of their own.
if (module.registerHooks === undefined) module.register('./typescript-hooks.js', import.meta.url)
else module.registerHooks(hooks)
