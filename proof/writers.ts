// Clients that write without pause and keep a ledger, and the look afterwards whether the service has what it acknowledged.
import { type Answer, type Body, type Client, password } from '../test/helpers/client.js'
import type { Known, Ledger } from './ledger.js'

/** What the nth write to a person says: all of it differs from write to write, so that half a write shows. */
const personAt = (subject: string, number: number) => ({
  personId: subject, name: `${subject} for the ${number}. time`, email: `${subject}.${number}@example.com`.toLowerCase(), age: number
})
const emailOf = (subject: string): string => `${subject}@example.com`
const isMember = (subject: string): boolean => subject.startsWith('member')
/** A member's third write is the log-out. */
const loggedOut = 3

interface Written { status: number, told?: Record<string, string> }

async function act (ledger: Ledger, subject: string, number: number, write: () => Promise<Written>): Promise<Record<string, string>> {
  await ledger.note({ subject, number, acknowledged: false })
  const { status, told = {} } = await write()
  if (status < 200 || status > 299) throw new Error(`Write ${number} to ${subject} was answered ${status}.`)
  await ledger.note({ subject, number, acknowledged: true, told })
  return told
}

async function writePerson (client: Client, ledger: Ledger, subject: string): Promise<void> {
  const { id } = await act(ledger, subject, 1, async () => {
    const { status, body } = await client.post('/persons', { json: personAt(subject, 1) })
    return { status, told: { id: String(body.id) } }
  })
  for (const number of [2, 3, 4]) {
    const json = personAt(subject, number)
    await act(ledger, subject, number, async () => ({ status: (await client.put(`/persons/${id}`, { json })).status }))
  }
}

async function writeMember (client: Client, ledger: Ledger, subject: string): Promise<void> {
  const tokens = ({ status, body: { refreshToken, accessToken } }: Pick<Answer, 'status' | 'body'>): Written =>
    ({ status, told: { refreshToken: String(refreshToken), accessToken: String(accessToken) } })
  const account = { email: emailOf(subject), password }
  const first = await act(ledger, subject, 1, async () => tokens(await client.post('/register', { json: account })))
  const { refreshToken } = first
  const next = await act(ledger, subject, 2, async () => tokens(await client.post('/refresh', { json: { refreshToken } })))
  await act(ledger, subject, loggedOut, async () => ({ status: (await client.post('/logout', { token: next.accessToken })).status }))
}

/** Writes in eight lanes until a request fails in each, as when the service dies. Resolves with what was wrong before `dying()`. */
export async function writeOn (client: Client, ledger: Ledger, round: number, dying: () => boolean): Promise<string[]> {
  const faults: string[] = []
  await Promise.all(Array.from({ length: 8 }, async (_, lane) => {
    try {
      for (let turn = 0; ; turn += 1) {
        const subject = `${turn % 8 === lane ? 'member' : 'person'}-${round}-${lane}-${turn}`
        await (isMember(subject) ? writeMember : writePerson)(client, ledger, subject)
      }
    } catch (error) {
      if (!dying()) faults.push((error as Error).message)
    }
  }))
  return faults
}

/** What is wrong with a subject after all that: null where it has every acknowledged write and nothing of it is half there. */
export async function lookFor (client: Client, known: Known): Promise<string | null> {
  return await (isMember(known.subject) ? lookForMember : lookForPerson)(client, known)
}

async function lookForPerson (client: Client, { subject, acknowledged, sent, told }: Known): Promise<string | null> {
  const body = told.id === undefined
    ? ((await client.get(`/persons?q=${subject}&limit=1`)).body.items as Body[])[0]
    : (await client.get(`/persons/${told.id}`)).body
  const number = Number(body?.version ?? 0)
  if (number < acknowledged) return `${subject} is at write ${number} and write ${acknowledged} was acknowledged`
  if (number > sent) return `${subject} is at write ${number} and ${sent} were sent`
  const meant = Object.entries(number === 0 ? {} : personAt(subject, number))
  return meant.every(([name, value]) => body?.[name] === value) ? null : `${subject} is half write ${number}`
}

async function lookForMember (client: Client, { subject, acknowledged, sent, told }: Known): Promise<string | null> {
  const account = { email: emailOf(subject), password }
  const { status } = await client.post('/login', { json: account })
  if (status !== 200) {
    if (acknowledged > 0) return `${subject} cannot log in: ${status}`
    const again = await client.post('/register', { json: account })
    return again.status === 201 ? null : `${subject} can neither log in (${status}) nor register (${again.status})`
  }
  if (acknowledged === 0) return null
  const refreshed = await client.post('/refresh', { json: { refreshToken: told.refreshToken } })
  // A log-out that was sent and not acknowledged may have been done or not.
  const asked = acknowledged === loggedOut ? [401] : sent === loggedOut ? [200, 401] : [200]
  return asked.includes(refreshed.status) ? null : `${subject} refreshed with ${refreshed.status} after write ${acknowledged}`
}
