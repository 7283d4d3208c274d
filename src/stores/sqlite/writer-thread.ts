// The entry of the thread that writes. Nothing but the start: coverage is not counted in here.
import { parentPort, workerData } from 'node:worker_threads'
import { serveWrites } from './write-loop.js'

if (parentPort !== null) serveWrites(parentPort, (workerData as { path: string }).path)
