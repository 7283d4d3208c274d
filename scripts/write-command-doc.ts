// Writes docs/COMMAND.md out of the program.
import { writeFileSync } from 'node:fs'
import { commandDoc } from './command-doc.js'

writeFileSync(new URL('../docs/COMMAND.md', import.meta.url), commandDoc())
