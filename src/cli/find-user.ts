// The account that an operator names: by id, e-mail address or username.
import { idPattern } from '../ids.js'
import type { Stores, User, UserName } from '../stores/stores.js'
import { canonicalEmail, canonicalUsername } from '../text.js'

/** What <user> means, for the help of every command that takes one. */
export const userArgument = 'the account: its id, e-mail address or username'

export const isId = (text: string): boolean => new RegExp(idPattern).test(text)

/** Rejects with an Error in words where there is no such account. */
export async function findUser ({ users }: Pick<Stores, 'users'>, text: string): Promise<User> {
  for (const name of namesOf(text)) {
    const user = await users.find(name)
    if (user !== null) return user
  }
  throw new Error(`There is no account ${JSON.stringify(text)}. See gatehouse user list.`)
}

/** A username may have the form of an id: the id counts first. */
function namesOf (text: string): UserName[] {
  const email = canonicalEmail(text)
  return [
    ...(isId(text) ? [{ id: text }] : []),
    ...(email === null ? [] : [{ email }]),
    ...(canonicalUsername(text) === null ? [] : [{ username: text }])
  ]
}

/** How an account is called in a sentence. */
export function nameOf ({ email, username }: Pick<User, 'email' | 'username'>): string {
  return String(email ?? username)
}
