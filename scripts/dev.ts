// npm run dev: the service out of its sources.
import { serve } from '../src/server.js'

await serve()
