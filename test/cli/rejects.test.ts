// The file of refused rows: every line, whoever refuses at the same time.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createRejects } from '../../src/cli/imports/rejects.js'
import { temporaryFolder } from '../helpers/config.js'

t.test('rows that are refused at once have a line each, in their order', async (t) => {
  const path = join(temporaryFolder(t), 'refused')
  const rejects = createRejects(path, () => true)
  await Promise.all(Array.from({ length: 50 }, async (_, line) => { await rejects.add({ line, reasons: ['no'] }) }))
  await rejects.close()
  const lines = readFileSync(path, 'utf8').trim().split('\n').map((text) => (JSON.parse(text) as { line: number }).line)
  t.same(lines, Array.from({ length: 50 }, (_, line) => line))
})
