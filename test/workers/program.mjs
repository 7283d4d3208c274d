// In place of a worker: does what the file that MODE names says. `well`, `stillborn`, `mute` (never serves), `deaf` (does not end),
// `faulty` (ends with 3).
import { readFileSync } from 'node:fs'

const mode = readFileSync(process.env.MODE, 'utf8')
if (mode === 'stillborn') process.exit(1)
process.on('message', ({ kind, id }) => {
  if (kind === 'tell_metrics') process.send({ kind: 'metrics', id, values: [] })
  if ((kind === 'stop' || kind === 'retire') && mode !== 'deaf') process.exit(mode === 'faulty' ? 3 : 0)
})
if (mode !== 'mute') process.send({ kind: 'serving' })
