// In place of a worker: does what the file that MODE names says. `well`, `stillborn`, `mute` (never serves), `slow` (serves when there is a file
// that lets it go on), `doomed` (ends with 1 then),
// `deaf` (does not end), `faulty` (ends with 3), `asking` (at a word, asks Node for a port and is killed before that answers).
// That it serves, or has asked, is noted in a file beside that one, for a test that hears no messages meanwhile.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const mode = readFileSync(process.env.MODE, 'utf8')
const note = (what) => { writeFileSync(`${process.env.MODE}.${what}`, '') }
if (mode === 'stillborn') process.exit(1)
process.on('message', ({ kind, id }) => {
  if (mode === 'asking') {
    createServer().listen(0)
    setImmediate(() => {
      note('asked')
      process.kill(process.pid, 'SIGKILL')
    })
    return
  }
  if (kind === 'tell_metrics') process.send({ kind: 'metrics', id, values: [] })
  if ((kind === 'stop' || kind === 'retire') && mode !== 'deaf') process.exit(mode === 'faulty' ? 3 : 0)
})
if (mode === 'slow' || mode === 'doomed') while (!existsSync(`${process.env.MODE}.go`)) await sleep(5)
if (mode === 'doomed') process.exit(1)
if (mode !== 'mute') process.send({ kind: 'serving' }, () => { note('serving') })
