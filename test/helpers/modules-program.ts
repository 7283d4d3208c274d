// The service; at SIGUSR2 it tells which files of packages it has loaded.
import { createRequire } from 'node:module'
import { serve } from '../../src/server.js'

const { cache } = createRequire(import.meta.url)
process.on('SIGUSR2', () => { process.stdout.write(`loaded: ${JSON.stringify(Object.keys(cache))}\n`) })
await serve()
