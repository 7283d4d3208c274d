// Where a command has a password from: a terminal, twice and without echo, or one line of standard input. Never an argument.
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import type { Io } from './io.js'

/** More than the longest password can have in UTF-8 (256 code points), and enough to say so. */
const mostBytes = 4096

/** Rejects with an Error in words where none comes or the two are not the same. */
export async function readPassword (io: Io, fromStdin: boolean): Promise<string> {
  return fromStdin || io.stdin.isTTY !== true ? await readLine(io) : await askTwice(io)
}

async function readLine ({ stdin }: Io): Promise<string> {
  let bytes = Buffer.alloc(0)
  for await (const chunk of stdin as AsyncIterable<Buffer | string>) {
    bytes = Buffer.concat([bytes, Buffer.from(chunk)])
    if (bytes.includes('\n')) break
    if (bytes.length > mostBytes) throw new Error('The password on standard input is too long.')
  }
  const line = decode(bytes).replace(/\r?\n[^]*$/, '')
  if (line === '') throw new Error('No password came on standard input: its first line is empty.')
  return line
}

function decode (bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Error('The password on standard input is not valid UTF-8.')
  }
}

async function askTwice ({ stdin, stderr }: Io): Promise<string> {
  // readline edits the line and puts the terminal into raw mode; what it would echo goes nowhere.
  const nowhere = new Writable({ write (_chunk, _encoding, done) { done() } })
  const terminal = createInterface({ input: stdin, output: nowhere, terminal: true, historySize: 0 })
  terminal.on('SIGINT', () => { terminal.close() })
  const lines = terminal[Symbol.asyncIterator]()

  async function ask (prompt: string): Promise<string> {
    stderr.write(prompt)
    const line = await lines.next()
    stderr.write('\n')
    if (line.done === true) throw new Error('Stopped before there was a password. Nothing was written.')
    return line.value
  }

  try {
    const password = await ask('Password (not shown): ')
    if (await ask('The same again: ') !== password) throw new Error('The two passwords are not the same. Nothing was written.')
    return password
  } finally {
    terminal.close()
  }
}
