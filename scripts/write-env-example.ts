// Writes .env.example out of the schema of the configuration.
import { writeFileSync } from 'node:fs'
import { envExample } from './env-example.js'

writeFileSync(new URL('../.env.example', import.meta.url), envExample())
