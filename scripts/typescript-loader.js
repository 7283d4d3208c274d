// Lets a process and its threads run the TypeScript sources as they are: `node --import=./scripts/typescript-loader.js`. The tests run
// under it. Types are blanked out in place, so that every line and column, and with them the coverage, stays where it is in the source.
import { register } from 'node:module'

register('./typescript-hooks.js', import.meta.url)
