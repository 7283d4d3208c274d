// The outbox: files in place of sent mail.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import t from 'tap'
import { createOutboxMailer } from '../../src/mail/outbox.js'
import { createMailLog } from './house.js'

const message = { id: 'mail-1', from: 'Gatehouse <no-reply@example.org>', to: 'ada@example.org', subject: 'Grüße', text: 'see https://x.example/#token=secret', html: '<p>hello</p>' }

void t.test('A message is a whole file of its owner alone, named by time and id, and the log says where but not what', async t => {
  const folder = join(mkdtempSync(join(tmpdir(), 'gatehouse-outbox-')), 'deep', 'outbox')
  t.teardown(() => { rmSync(folder, { recursive: true }) })
  const logger = createMailLog()
  const mailer = createOutboxMailer({ folder, logger, clock: () => new Date('2026-03-01T12:00:00.123Z') })
  await mailer.send(message)
  t.same(readdirSync(folder), ['2026-03-01T12-00-00.123Z-mail-1.eml'])
  const path = join(folder, '2026-03-01T12-00-00.123Z-mail-1.eml')
  t.equal(statSync(path).mode & 0o777, 0o600)
  t.equal(statSync(folder).mode & 0o777, 0o700)
  const parsed = await simpleParser(readFileSync(path))
  t.same([parsed.subject, parsed.messageId, parsed.text?.trim(), parsed.html], ['Grüße', '<mail-1@example.org>', message.text, message.html])
  t.same(logger.lines, [`wrote a mail ${JSON.stringify({ path })}`])
  await mailer.close()
})

void t.test('A folder that cannot be written to is a failure, and nothing half stays behind', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-outbox-'))
  t.teardown(() => { rmSync(folder, { recursive: true }) })
  writeFileSync(join(folder, 'file'), '')
  await t.rejects(createOutboxMailer({ folder: join(folder, 'file'), logger: createMailLog() }).send(message))
  const inTheWay = createOutboxMailer({ folder, logger: createMailLog(), clock: () => new Date(0) })
  const { mkdirSync } = await import('node:fs')
  mkdirSync(join(folder, '1970-01-01T00-00-00.000Z-mail-1.eml', 'x'), { recursive: true })
  await t.rejects(inTheWay.send(message))
  t.same(readdirSync(folder).filter((name) => name.endsWith('.part')), [])
})
