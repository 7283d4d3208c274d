// .env.example says what src/config.ts says.
import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import t from 'tap'
import { envExample } from '../scripts/env-example.js'
import { loadConfig } from '../src/config.js'
import { Environment } from '../src/environment.js'

const file = readFileSync('.env.example', 'utf8')

t.test('.env.example is in step with the schema: npm run typescript scripts/write-env-example.ts', async t => {
  t.equal(file, envExample())
})

t.test('it names every variable, and with every # taken away its values are the defaults', async t => {
  t.same(parseEnv(file), {}, 'as it stands it sets nothing')
  const values = parseEnv(file.replace(/^#(?=[A-Z0-9_]+=)/gm, ''))
  t.same(Object.keys(values).sort(), Object.keys(Environment.properties).sort())
  const dataDir = t.testdir({})
  t.same(loadConfig({ ...values, DATA_DIR: dataDir }), loadConfig({ DATA_DIR: dataDir }))
})
