// What a command says when it cannot: sentences, no stacks. And which exit code that is.
import { CommanderError } from 'commander'
import { ConfigError, configFaults } from '../config.js'
import { isServiceError } from '../errors.js'
import { hideCredentials } from '../log.js'

/** The command was called wrongly: exit code 2. */
export class UsageError extends Error {}

/** The lines to print, and the exit code. Commander has printed its own already. */
export function faultOf (error: unknown): { lines: string[], exitCode: 0 | 1 | 2 } {
  if (error instanceof CommanderError) return { lines: [], exitCode: error.exitCode === 0 ? 0 : 2 }
  if (error instanceof UsageError) return { lines: [`error: ${error.message}`], exitCode: 2 }
  if (error instanceof ConfigError) return { lines: configFaults(error), exitCode: 1 }
  return { lines: [`error: ${hideCredentials(sentence(error))}`], exitCode: 1 }
}

function sentence (error: unknown): string {
  if (isServiceError(error, 'store_unavailable')) return `The database does not answer${because(error.cause)}. Nothing more was written.`
  return error instanceof Error ? error.message : String(error)
}

function because (cause: unknown): string {
  return cause instanceof Error ? ` (${cause.message.replace(/\.$/, '')})` : ''
}
