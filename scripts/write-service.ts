// Builds what `npm start` runs, the service and its console, into dist: npm run build:service.
import { buildConsole } from './build-console.js'
import { buildService } from './build-service.js'

await buildService()
await buildConsole()
