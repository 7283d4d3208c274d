// In place of a worker: does what the file that MODE names says. `well`, `stillborn`, `mute` (never serves), `slow` (serves after 400 ms),
// `deaf` (does not end), `faulty` (ends with 3), `asking` (at a word, asks Node for a port and is killed before that answers).
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const mode = readFileSync(process.env.MODE, 'utf8')
if (mode === 'stillborn') process.exit(1)
process.on('message', ({ kind, id }) => {
  if (mode === 'asking') {
    createServer().listen(0)
    setImmediate(() => process.kill(process.pid, 'SIGKILL'))
    return
  }
  if (kind === 'tell_metrics') process.send({ kind: 'metrics', id, values: [] })
  if ((kind === 'stop' || kind === 'retire') && mode !== 'deaf') process.exit(mode === 'faulty' ? 3 : 0)
})
if (mode === 'slow') await sleep(400)
if (mode !== 'mute') process.send({ kind: 'serving' })
