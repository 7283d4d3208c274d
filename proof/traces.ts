// Looks for secrets in what a service leaves behind: bytes, in every spelling that a log or a store may give them.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BSON, MongoClient } from 'mongodb'
import { type ParsedMail, simpleParser } from 'mailparser'
import type { Scene } from './scene.js'

/** A text as it stands, in base64 at each of the three offsets (both alphabets), and in hex. */
function spellings (secret: string): string[] {
  const encoded = [0, 1, 2].flatMap((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)])
    // The first and the last characters depend on what stands before and after.
    const trim = (text: string): string => text.slice(Math.ceil(offset * 8 / 6), Math.floor(padded.length * 8 / 6))
    return [trim(padded.toString('base64')), trim(padded.toString('base64url'))]
  })
  return [...new Set([secret, ...encoded, Buffer.from(secret).toString('hex')])]
}

/** Which of the secrets stand in these bytes. */
export function findSecrets (bytes: Buffer, secrets: readonly string[]): string[] {
  return secrets.filter((secret) => spellings(secret).some((text) => bytes.includes(text)))
}

/** All that the store has, as bytes: the files of SQLite, every document of MongoDB. */
export async function readStore ({ store, folder, databaseUrl }: Scene): Promise<Buffer> {
  if (store === 'sqlite') return Buffer.concat(readdirSync(folder).filter((name) => name.startsWith('gatehouse.db')).map((name) => readFileSync(join(folder, name))))
  const client = new MongoClient(databaseUrl)
  try {
    const documents = []
    for (const collection of await client.db().collections()) documents.push(...await collection.find().toArray())
    return Buffer.concat(documents.map((document) => Buffer.from(BSON.serialize(document))))
  } finally {
    await client.close()
  }
}

export interface MailedToken { to: string, token: string }

const parsed = new Map<string, Promise<ParsedMail>>()

/** Each mail is parsed once. */
async function parseMail (path: string): Promise<ParsedMail> {
  const mail = parsed.get(path) ?? simpleParser(readFileSync(path))
  parsed.set(path, mail)
  return await mail
}

/** The tokens in the links of all mail that was written to files, oldest first. */
export async function mailedTokens (folder: string): Promise<MailedToken[]> {
  const outbox = join(folder, 'outbox')
  if (!existsSync(outbox)) return []
  const mails = await Promise.all(readdirSync(outbox).filter((name) => name.endsWith('.eml')).sort().map(async (name) => await parseMail(join(outbox, name))))
  return mails.flatMap(({ to, text }) => {
    const token = /#token=([A-Za-z0-9_-]+)/.exec(text ?? '')?.[1]
    return token === undefined || to === undefined || Array.isArray(to) ? [] : [{ to: to.text, token }]
  })
}
