// The mail server that can be killed, from outside: started, ended by SIGKILL, started again, and what it has accepted.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { plain } from '../../scripts/typescript-plain.js'
import { unrecorded } from './unrecorded.js'

export interface Delivered { to: string, messageId: string }

export interface SmtpProcess {
  /** For SMTP_URL. */
  url: string
  start (): Promise<void>
  /** SIGKILL. No-op where it does not run. */
  kill (): Promise<void>
  /** All that any of its lives accepted, in order. */
  delivered (): Delivered[]
}

/** `file` is where it keeps what it accepts. */
export function createSmtpProcess (port: number, file: string): SmtpProcess {
  let child: ChildProcess | null = null
  writeFileSync(file, '')
  return {
    url: `smtp://127.0.0.1:${port}`,
    async start () {
      child = spawn(...unrecorded([plain('test/helpers/smtp-program.ts'), String(port), file]), { stdio: ['ignore', 'pipe', 'inherit'] })
      await once(child.stdout as NonNullable<ChildProcess['stdout']>, 'data')
    },
    async kill () {
      if (child === null) return
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      child = null
      await exited
    },
    // What was cut off in the middle of a line was not accepted.
    delivered: () => readFileSync(file, 'utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line) as Delivered)
  }
}
