// A mail server that can be down, slow, silent or refusing, and keeps what it accepted.
import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'

export type Mood =
  | { kind: 'well' }
  /** Nobody listens. */
  | { kind: 'down' }
  /** Each answer comes later by so much. */
  | { kind: 'slow', milliseconds: number }
  /** Takes connections and says nothing. */
  | { kind: 'silent' }
  /** In turn: turns the connection away (421), would not have this recipient now (450), would not have the message now (451). */
  | { kind: 'refusing' }

export interface Accepted { to: string, subject: string }

export interface SmtpPeer {
  /** For SMTP_URL. */
  url: string
  readonly accepted: readonly Accepted[]
  /** From now on; connections of the mood before are cut. */
  become (mood: Mood): Promise<void>
  close (): Promise<void>
}

type Done = (error?: Error | null) => void

/** What a refusing server says at the greeting, to a recipient, to a message. */
const stages = [421, 450, 451]

export async function startSmtpPeer (): Promise<SmtpPeer> {
  const accepted: Accepted[] = []
  const sockets = new Set<Socket>()
  let mood: Mood = { kind: 'well' }
  const numbers = new Map<string, number>()

  /** The answer of this code's stage. Each connection is refused at one stage, which its number decides. */
  async function answer (code: number, { id }: SMTPServerSession, done: Done): Promise<void> {
    if (mood.kind === 'silent') return
    if (mood.kind === 'slow') await sleep(mood.milliseconds)
    if (code === stages[0]) numbers.set(id, numbers.size)
    const refused = mood.kind === 'refusing' && stages[(numbers.get(id) ?? 0) % stages.length] === code
    done(refused ? Object.assign(new Error('not now'), { responseCode: code }) : null)
  }

  async function take (stream: SMTPServerDataStream, session: SMTPServerSession, done: Done): Promise<void> {
    const to = session.envelope.rcptTo.map(({ address }) => address).join()
    const own = [...sockets].filter(({ remotePort }) => remotePort === session.remotePort)
    const parts: Buffer[] = []
    for await (const part of stream) parts.push(part as Buffer)
    const head = Buffer.concat(parts).toString('latin1')
    await answer(451, session, (error) => {
      // Cut meanwhile: nobody hears that it was accepted.
      const heard = own.some((socket) => sockets.has(socket))
      if (heard && (error === null || error === undefined)) accepted.push({ to, subject: /^subject: (.*)$/im.exec(head)?.[1] ?? '' })
      done(error)
    })
  }

  function create (): SMTPServer {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      logger: false,
      onConnect: (session, done) => { void answer(421, session, done) },
      onMailFrom: (_address, session, done) => { void answer(250, session, done) },
      onRcptTo: (_address, session, done) => { void answer(450, session, done) },
      onData: (stream, session, done) => { void take(stream, session, done).catch(() => undefined) }
    })
    server.on('error', () => undefined)
    server.server.on('connection', (socket: Socket) => {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
    })
    return server
  }

  let server = create()
  async function listen (on: boolean, port = 0): Promise<void> {
    if (server.server.listening === on) return
    if (on) server = create()
    const done = once(server.server, on ? 'listening' : 'close')
    if (on) server.listen(port, '127.0.0.1')
    else server.server.close()
    await done
  }

  function cut (): void {
    for (const socket of sockets) socket.destroy()
    sockets.clear()
  }

  await listen(true)
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    accepted,
    async become (next) {
      mood = next
      cut()
      await listen(next.kind !== 'down', port)
    },
    async close () {
      cut()
      await listen(false)
    }
  }
}
