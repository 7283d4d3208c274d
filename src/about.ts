// What this program is called and which version it is, from its package.json.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The folder that holds package.json: one up from src/, two up from dist/service/. */
export const packageRoot = fileURLToPath(['..', '../..']
  .map((up) => new URL(`${up}/`, new URL('.', import.meta.url)))
  .find((folder) => existsSync(new URL('package.json', folder))) as URL)

const { name, version } = JSON.parse(readFileSync(`${packageRoot}/package.json`, 'utf8')) as { name: string, version: string }

export const about = Object.freeze({ name, version })
