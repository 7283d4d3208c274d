// The program of the thread that writes.
import { parentPort, workerData } from 'node:worker_threads'
import { serveWrites } from './write-loop.js'

if (parentPort !== null) serveWrites(parentPort, (workerData as { path: string }).path)
