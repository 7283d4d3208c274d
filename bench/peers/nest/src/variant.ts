// Which of the three variants this is: the versions of 2018 (PERIOD=1) want other words, TUNED=1 gives the secret as a key and reads lean rows.
import { createSecretKey, type KeyObject } from 'node:crypto'

interface Bcrypt {
  hash (password: string, rounds: number): Promise<string>
  compare (password: string, hash: string): Promise<boolean>
}

const isOfPeriod = process.env.PERIOD === '1'
const word = String(process.env.JWT_SECRET)

export const isTuned = process.env.TUNED === '1'
export const secret = (isTuned ? createSecretKey(Buffer.from(word)) : word) as KeyObject & string
export const signing = isOfPeriod ? { secretOrPrivateKey: secret } : { secret }
export const connecting: object = isOfPeriod ? { useNewUrlParser: true, useCreateIndex: true } : {}
export const { default: bcrypt } = await import(String(process.env.BCRYPT)) as { default: Bcrypt }
