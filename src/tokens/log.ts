// The little that this folder asks of a logger. Fastify's (pino's) fits.

export interface TokenLog {
  info (fields: object, message: string): void
  warn (fields: object, message: string): void
  error (fields: object, message: string): void
}
