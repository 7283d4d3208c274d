// Runs inside a service under test (node --import): every 50 ms asks for a file's state, as any part of a process may, and writes to
// standard output how long the answer took. Files are asked for in the thread pool that hashing shares.
import { stat } from 'node:fs'

setInterval(() => {
  const began = performance.now()
  stat('/', () => { process.stdout.write(`${JSON.stringify({ msg: 'stat', milliseconds: performance.now() - began })}\n`) })
}, 50).unref()
