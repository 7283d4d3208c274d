// gatehouse audit tail: the last lines of the audit log, and what comes after them.
import { setTimeout as sleep } from 'node:timers/promises'
import { type Command, InvalidArgumentError } from 'commander'
import type { Administration, AuditListQuery } from '../administration.js'
import { parseDuration } from '../durations.js'
import { presentAuditEntry } from '../schemas/administration.js'
import type { AuditEntry } from '../stores/stores.js'
import { findUser, isId } from './find-user.js'
import type { Cli } from './io.js'
import { count, plain, printJson, printLine } from './print.js'
import { withServices } from './services.js'
import { readCount } from './user-list.js'

const examples = `
Oldest first. The filters are those of GET /audit. What was done by this command has the actor "operator". With --follow it goes on
until Ctrl-C; a line may come up to a second after it was written.

Examples:
  gatehouse audit tail --follow
  gatehouse audit tail --since 2h --event authn_login_fail
  gatehouse audit tail --user ada@example.com --lines 200 --json | jq -r .event | sort | uniq -c`

interface TailOptions { lines?: number, user?: string, event?: string, since?: (now: Date) => Date, follow?: true, json?: true }
type Filter = Pick<AuditListQuery, 'userId' | 'event' | 'since'>

const pageRows = 200
const defaultLines = 20
/** With --since all of them, within reason: they are held until the oldest is known. */
const mostLines = 10_000
const pollMilliseconds = 1000
/** Lines of other processes may be told this much later than their time says: clocks differ, and writes take their time. */
const overlapMilliseconds = 10_000

export function addAuditTail (audit: Command, cli: Cli): void {
  audit.command('tail')
    .description('print the last lines of the audit log')
    .option('-n, --lines <number>', `how many (default: ${String(defaultLines)}, or all with --since)`, readCount)
    .option('--user <user>', 'only those about this account (id, e-mail address or username)')
    .option('--event <name>', 'only those of this event, such as authn_login_fail', readEvent)
    .option('--since <time>', 'only those since then: RFC 3339, or how long ago (90s, 15m, 2h, 7d)', readSince)
    .option('-f, --follow', 'go on with what comes')
    .option('--json', 'print NDJSON, one line of the log a line')
    .addHelpText('after', examples)
    .action(async ({ lines, user, event, since, follow, json }: TailOptions) => {
      const print = (entry: AuditEntry): void => {
        if (json === true) printJson(cli.stdout, presentAuditEntry(entry))
        else printLine(cli.stdout, sentence(entry))
      }
      await withServices(cli, async ({ administration }, stores) => {
        const filter: Filter = {
          // An account that is gone has no name any more, but its lines still have its id.
          ...(user !== undefined && { userId: isId(user) ? user : (await findUser(stores, user)).id }),
          ...(event !== undefined && { event })
        }
        const recent = async (): Promise<AuditEntry[]> => (await last(administration, { ...filter, since: new Date(cli.clock().getTime() - overlapMilliseconds) }, mostLines)).entries
        // Read before what is printed first: what is in neither is news.
        const before = follow === true ? await recent() : []
        const { entries, more } = await last(administration, { ...filter, ...(since !== undefined && { since: since(cli.clock()) }) }, lines ?? (since === undefined ? defaultLines : mostLines))
        if (more && lines === undefined && since !== undefined) printLine(cli.stderr, `Only the last ${count(mostLines, 'line')}: give a later --since.`)
        entries.forEach(print)
        if (follow === true) await goOn(cli, recent, [...before, ...entries], print)
      })
    })
}

/** The newest `limit` that there are, oldest first. */
async function last (administration: Administration, filter: Filter, limit: number): Promise<{ entries: AuditEntry[], more: boolean }> {
  const entries: AuditEntry[] = []
  let cursor: string | null | undefined
  while (cursor !== null && entries.length < limit) {
    const page = await administration.listAudit({ ...filter, limit: Math.min(pageRows, limit - entries.length), ...(cursor !== undefined && { cursor }) })
    entries.push(...page.items)
    cursor = page.nextCursor
  }
  return { entries: entries.reverse(), more: cursor !== null }
}

/** Prints what comes. Ends when it is asked to, or when nobody reads any more. */
async function goOn (cli: Cli, recent: () => Promise<AuditEntry[]>, known: readonly AuditEntry[], print: (entry: AuditEntry) => void): Promise<void> {
  const stop = new AbortController()
  const forget = cli.onStop(() => { stop.abort() })
  // Every reading begins no earlier than the one before, so what it shows again was in that one.
  let seen = idsOf(known)
  while (!stop.signal.aborted && cli.stdout.gone !== true) {
    const entries = await recent()
    entries.filter(({ id }) => !seen.has(id)).forEach(print)
    seen = idsOf(entries)
    await sleep(pollMilliseconds, undefined, { signal: stop.signal }).catch(() => undefined)
  }
  forget()
}

const idsOf = (entries: readonly AuditEntry[]): Set<string> => new Set(entries.map(({ id }) => id))

function sentence ({ at, event, userId, actorId, ip, userAgent, detail }: AuditEntry): string {
  const facts = Object.entries({ user: userId, actor: actorId, ip, program: userAgent, ...detail }).filter(([, value]) => value !== null)
  return plain(`${at.toISOString()}  ${event.padEnd(20)}  ${facts.map(([name, value]) => `${name}=${wordOf(value)}`).join(' ')}`.trimEnd())
}

function wordOf (value: string | number | boolean | null): string {
  return typeof value === 'string' && !/^[\w.:/@-]+$/.test(value) ? JSON.stringify(value) : String(value)
}

function readEvent (text: string): string {
  if (!/^[a-z_]{1,64}$/.test(text)) throw new InvalidArgumentError('It must be a name such as authn_login_fail.')
  return text
}

/** When that is, at a given moment: a time stands, a duration counts back. */
function readSince (text: string): (now: Date) => Date {
  const seconds = parseDuration(text)
  if (seconds !== null) return (now) => new Date(now.getTime() - seconds * 1000)
  const time = new Date(/^\d{4}-\d{2}-\d{2}(T.*)?$/.test(text) ? text : Number.NaN)
  if (Number.isNaN(time.getTime())) throw new InvalidArgumentError('It must be a time such as 2026-11-21T10:00:00Z, or how long ago, such as 2h.')
  return () => time
}
