// Where AUTH_SECRET comes from, and which ones are no secret. In development one is made and kept in DATA_DIR.
import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from './folders.js'

export interface AuthSecretSource {
  /** AUTH_SECRET; undefined where it is not set. */
  value: string | undefined
  /** AUTH_SECRET_FILE; undefined where it is not set. */
  file: string | undefined
  /** DATA_DIR: where the development secret is kept. */
  dataDir: string
  production: boolean
}

/** The secret, or every fault as a sentence that names the variable and says what to do. */
export type AuthSecret = { secret: Buffer, faults?: never } | { secret?: never, faults: string[] }

const makeOne = 'Make one with: openssl rand -base64 48'
const leastBytes = 32
const leastDistinct = 8
// Words of six letters and more, so that chance does not bring them into a random secret; the last four rows are what
// the older servers' tutorials have in their code.
const placeholders = [
  'change', 'secret', 'password', 'placeholder', 'example', 'replace', 'default', 'qwerty', 'gatehouse', 'keyboardcat',
  '01234567', '12345678', 'abcdefgh',
  'longlivetheionicacademy', 'kickass', 'putsomething', 'xtytzt00700tytx'
]

export function loadAuthSecret ({ value, file, dataDir, production }: AuthSecretSource): AuthSecret {
  if (value !== undefined && file !== undefined) return { faults: ['AUTH_SECRET and AUTH_SECRET_FILE are both set. Keep one of them.'] }
  if (value !== undefined) return judge(value, 'AUTH_SECRET')
  if (file !== undefined) return readSecret(file, `AUTH_SECRET_FILE (${file})`)
  if (production) return { faults: [`AUTH_SECRET is not set, and production needs it (or AUTH_SECRET_FILE). ${makeOne}`] }
  return developmentSecret(dataDir)
}

function judge (text: string, name: string): AuthSecret {
  const secret = text.trim()
  const faults: string[] = []
  const bytes = Buffer.from(secret)
  if (bytes.length === 0) return { faults: [`${name} is empty. ${makeOne}`] }
  if (bytes.length < leastBytes) faults.push(`${name} has ${bytes.length} bytes and needs at least ${leastBytes}. ${makeOne}`)
  if (isPlaceholder(secret)) faults.push(`${name} is a placeholder that anybody can guess. ${makeOne}`)
  else if (isMonotonous(secret)) faults.push(`${name} repeats itself or has fewer than ${leastDistinct} different characters. ${makeOne}`)
  return faults.length > 0 ? { faults } : { secret: bytes }
}

function isPlaceholder (secret: string): boolean {
  const bare = secret.toLowerCase().replace(/[^a-z0-9]/g, '')
  return placeholders.some(word => bare.includes(word))
}

function isMonotonous (secret: string): boolean {
  // A text that is found in its own double before its end is a shorter one, repeated.
  return new Set(secret).size < leastDistinct || `${secret}${secret}`.indexOf(secret, 1) < secret.length
}

function readSecret (file: string, name: string): AuthSecret {
  try {
    return judge(readFileSync(file, 'utf8'), name)
  } catch (error) {
    return { faults: [`${name} cannot be read: ${codeOf(error)}. Let it name a file with the secret that this process may read.`] }
  }
}

function developmentSecret (dataDir: string): AuthSecret {
  const file = join(dataDir, 'auth-secret')
  try {
    if (!existsSync(file)) makeOnce(file, dataDir)
  } catch (error) {
    return { faults: [`DATA_DIR (${dataDir}) cannot keep the development secret: ${codeOf(error)}. Make it writable, or set AUTH_SECRET. ${makeOne}`] }
  }
  return readSecret(file, `AUTH_SECRET as kept in ${file}`)
}

// Written whole under another name, then linked: of two processes that start at once one link succeeds, and no reader
// ever sees half a secret.
function makeOnce (file: string, dataDir: string): void {
  makeFolder(dataDir)
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  writeFileSync(draft, randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600, flush: true })
  try {
    linkSync(draft, file)
  } catch (error) {
    if (!existsSync(file)) throw error
  } finally {
    rmSync(draft)
  }
}

function codeOf (error: unknown): string {
  return (error as NodeJS.ErrnoException).code as string
}
