// Writes openapi.yaml from the routes' schemas: npm run openapi. test/openapi.test.ts holds the file to it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildApp } from '../src/app.js'
import { loadConfig } from '../src/config.js'
import { writeYaml } from '../src/yaml.js'

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-openapi-'))
// With what is there only where it is asked for.
const app = await buildApp(loadConfig({ DATA_DIR: folder, METRICS_TOKEN: 'for-the-document-nobody-reads-them' }))
await app.ready()
writeFileSync(new URL('../openapi.yaml', import.meta.url), writeYaml(app.swagger()))
await app.close()
rmSync(folder, { recursive: true })
