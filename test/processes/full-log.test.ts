// The log's disk is full: the service serves, and ends.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync } from 'node:fs'
import t from 'tap'
import { builtCommand } from '../../scripts/built-service.js'
import { freePort } from '../../scripts/mongodb-server.js'
import { testEnvironment } from '../helpers/config.js'
import { overSocket } from '../helpers/transports.js'
import { unrecorded } from '../helpers/unrecorded.js'
import { until } from '../helpers/until.js'

const skip = existsSync('/dev/full') ? false : 'there is no /dev/full here'

for (const workers of ['1', '2']) {
  t.test(`with WORKERS=${workers} it answers, and ends with 0`, { skip }, async (t) => {
    const port = await freePort()
    const full = openSync('/dev/full', 'w')
    const [command, args] = unrecorded([builtCommand(), 'start'])
    const child = spawn(command, args, { env: { PATH: process.env.PATH, ...testEnvironment(t), PORT: String(port), WORKERS: workers }, stdio: ['ignore', full, 'pipe'] })
    closeSync(full)
    const ended = once(child, 'close')
    let complaint = ''
    child.stderr?.on('data', (part: Buffer) => { complaint += part.toString() })
    t.teardown(async () => {
      child.kill('SIGKILL')
      await ended
    })
    const ask = async () => (await overSocket(`http://127.0.0.1:${port}`)({ method: 'GET', url: '/health/ready', headers: {}, body: undefined })).status
    await until(async () => await ask().catch(() => 0) === 200)
    for (let index = 0; index < 200; index += 1) t.equal(await ask(), 200)
    const began = performance.now()
    child.kill('SIGTERM')
    t.same(await ended, [0, null])
    t.ok(performance.now() - began < 9000)
    t.equal(complaint, '')
  })
}
