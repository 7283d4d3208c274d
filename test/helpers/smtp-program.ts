// A mail server as a process of its own, to be killed: `smtp-program.ts PORT FILE`. What it accepts is a line of FILE before the answer.
import { appendFileSync } from 'node:fs'
import { SMTPServer } from 'smtp-server'

const [port, file = ''] = process.argv.slice(2)

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  logger: false,
  onData (stream, { envelope }, done) {
    const parts: Buffer[] = []
    stream.on('data', (part: Buffer) => parts.push(part))
    stream.on('end', () => {
      const messageId = /^message-id: (.*)$/im.exec(Buffer.concat(parts).toString('latin1'))?.[1] ?? ''
      appendFileSync(file, `${JSON.stringify({ to: envelope.rcptTo.map(({ address }) => address).join(), messageId })}\n`)
      done()
    })
  }
})
server.on('error', (error) => { process.stderr.write(`${error.message}\n`) })
server.listen(Number(port), '127.0.0.1', () => { process.stdout.write('listening\n') })
