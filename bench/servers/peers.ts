// The peers, on a database that was filled before: their users and persons are written by the driver, with one bcrypt(10) hash of theirs, and their tokens
// are signed as they sign them.
import { createSecretKey } from 'node:crypto'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { MongoClient, ObjectId } from 'mongodb'
import { install, requireFrom } from '../packages.js'
import { emailOf, password, personOf, spread } from '../population.js'
import { output, root, type Server, startServer } from '../processes.js'

const secret = 'Jc0wqH1m7ZbYx2v9TgKfLr4nSd6pEaUo8iWk3MhBqXs='
const folder = join(root, 'bench/peers')

const period = join(folder, 'period')
const nestBuilt = 'nest/build/main.js'
const express = (from: string, env: Record<string, string>) => ({ installed: [from], command: [process.execPath, join(folder, 'express.cjs'), from], env })
const nest = (from: string, env: Record<string, string>) => ({ installed: [folder, from], command: [process.execPath, join(from, nestBuilt)], env })
const peers = {
  'Express, versions of 2018': express(period, { BCRYPT: 'bcryptjs' }),
  'Express, current versions': express(folder, { BCRYPT: 'bcrypt' }),
  'Express, tuned': express(folder, { BCRYPT: 'bcrypt', TUNED: '1' }),
  'Express, bcryptjs': express(folder, { BCRYPT: 'bcryptjs' }),
  'NestJS, versions of 2018': nest(period, { BCRYPT: 'bcryptjs', PERIOD: '1' }),
  'NestJS, current versions': nest(folder, { BCRYPT: 'bcrypt' }),
  'NestJS, tuned': nest(folder, { BCRYPT: 'bcrypt', TUNED: '1' })
} as const
export type PeerName = keyof typeof peers

/** A package of theirs, in its current version. */
const theirs = <T>(name: string): T => requireFrom<T>(folder, name)

/** Compiles the NestJS peer for the packages of a folder, with the types of the current ones. */
async function compileNest (from: string): Promise<void> {
  if (existsSync(join(from, nestBuilt))) return
  await output([process.execPath, 'node_modules/typescript/bin/tsc', '-p', 'bench/peers/nest', '--outDir', dirname(join(from, nestBuilt))], { limitSeconds: 120 })
}

export interface PeersHouse {
  users: number
  start (name: PeerName): Promise<Server>
  /** Tokens of as many different users, evenly spread. */
  accessTokens (count: number): Promise<string[]>
}

/** Fills the database of that URL with so many users and persons. */
export async function furnishPeers (url: string, { users, persons }: { users: number, persons: number }): Promise<PeersHouse> {
  await install(folder)
  const passwordHash = await theirs<{ hash (password: string, rounds: number): Promise<string> }>('bcryptjs').hash(password, 10)
  const ids = Array.from({ length: users }, () => new ObjectId())
  const client = new MongoClient(url)
  try {
    const now = new Date()
    for (let from = 0; from < users; from += 1000) {
      await client.db().collection('users').insertMany(ids.slice(from, from + 1000).map((_id, index) => ({ _id, email: emailOf(from + index), password: passwordHash, role: 'client', __v: 0 })))
    }
    await client.db().collection('people').insertMany(Array.from({ length: persons }, (_, index) => ({ ...personOf(index), createdAt: now, updatedAt: now, __v: 0 })))
  } finally {
    await client.close()
  }
  return {
    users,
    async start (name) {
      const { installed, command, env } = peers[name]
      for (const from of installed) await install(from)
      if (name.startsWith('NestJS')) await compileNest(installed.at(-1) as string)
      return await startServer({ command, env: { NODE_ENV: 'production', MONGODB_URL: url, JWT_SECRET: secret, ...env } })
    },
    async accessTokens (count) {
      const { sign } = theirs<{ sign (claims: object, key: object, options: object): string }>('jsonwebtoken')
      const key = createSecretKey(Buffer.from(secret))
      return spread(count, users).map((index) => sign({ id: ids[index]?.toHexString(), email: emailOf(index) }, key, { expiresIn: 86400 }))
    }
  }
}
