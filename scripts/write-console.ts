// Builds the web console into dist/console: npm run build:console.
import { buildConsole } from './build-console.js'

await buildConsole()
