// The configuration in effect as variables, without its secrets.
import type { TSchema } from '@sinclair/typebox'
import type { Config } from '../config.js'
import { Environment } from '../environment.js'
import { secretOption, userInfo } from '../stores/mongo/connection-string.js'

/** Every variable that is no secret, with the value given, its default, or what the service makes of it where it is not set. */
export function effectiveConfig (config: Config, environment: Readonly<Record<string, string | undefined>>): Record<string, string | number> {
  const derived: Record<string, string | number> = {
    DATABASE_URL: config.databaseUrl,
    PUBLIC_URL: config.publicUrl,
    JWT_ISSUER: config.jwt.issuer,
    HASH_SLOTS: config.hashing.slots
  }
  const shown: Record<string, string | number> = {}
  for (const [name, rule] of Object.entries(Environment.properties as Record<string, TSchema>)) {
    if (rule['secret'] === true && derived[name] === undefined) continue
    const value = String(derived[name] ?? (environment[name]?.trim() || (rule.default ?? '')))
    shown[name] = rule.type === 'integer' && value !== '' ? Number(value) : withoutCredentials(value)
  }
  return shown
}

/** The text, or the URL without user, password and secret options. */
export function withoutCredentials (text: string): string {
  return text.replace(userInfo, '$1[redacted]@').replace(secretOption, '$1=[redacted]')
}
