// The variables that the service is told: the process's own, and beneath them those of a file.
import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { ConfigError } from './config.js'

/** Reads `.env` in the working folder, where there is one, beneath the process's own environment. */
export function readEnvironment (path = '.env'): Record<string, string | undefined> {
  let file = {}
  try {
    file = parseEnv(decode(readFileSync(path)))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw new ConfigError([`${path} could not be read: ${(error as Error).message}`])
  }
  return { ...file, ...process.env }
}

/** Without a byte order mark, which would be of the first name. In UTF-16 no name is one of ours: the defaults would be taken for what is meant. */
function decode (bytes: Buffer): string {
  const text = new TextDecoder().decode(bytes)
  if (text.includes('\0')) throw new Error('it is not written in UTF-8.')
  return text
}

/** Lends the process what `environment` says of OpenTelemetry, whose SDK reads its many variables there and knows no `.env`. */
export function lendTracing (environment: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(environment)) if (name.startsWith('OTEL_')) process.env[name] = value
}
