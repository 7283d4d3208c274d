// .env.example says what src/config.ts says.
import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import t from 'tap'
import { envExample } from '../scripts/env-example.js'
import { type ConfigError, loadConfig } from '../src/config.js'
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

t.test('what production asks for is said where people read it', async t => {
  const sentence = /In production [^]*?(?=The ones you will want)/.exec(readFileSync('README.md', 'utf8'))?.[0] ?? ''
  try {
    loadConfig({ NODE_ENV: 'production', DATA_DIR: t.testdir({}) })
    t.fail('production asks for nothing')
  } catch (error) {
    const names = (error as ConfigError).faults.map((fault) => /^[A-Z_]+/.exec(fault)?.[0] ?? '')
    t.ok(names.length >= 3)
    for (const name of [...names, 'EMAIL_VERIFICATION=off']) {
      t.ok(sentence.includes(name), `${name} in README.md`)
      t.ok(Environment.properties.NODE_ENV.help.includes(name), `${name} in the help of NODE_ENV`)
    }
  }
})
