// What the page knows: the client, who is signed in, and how to show the view that the address names.
import { createClient, type User } from '../../client/src/index.js'

/** The service is one folder above this script, also where a proxy puts it under a path. */
export const client = createClient({ baseUrl: new URL('..', import.meta.url).href })

export interface View {
  title: string
  element: HTMLElement
}

/** Where a view is shown: what follows its name in the address, and a signal that aborts when another view is shown. */
export interface Place {
  rest: string
  signal: AbortSignal
}

export type MakeView = (place: Place) => Promise<View> | View

let signedIn: User | undefined
let update = (): void => undefined

/** Whether it is known who is signed in: not before the service has said so. */
export function isKnown (): boolean {
  return signedIn !== undefined
}

export function me (): User {
  if (signedIn === undefined) throw new Error('Nobody is signed in.')
  return signedIn
}

export function setMe (user: User | undefined): void {
  signedIn = user
}

/** The same person, with other details; for what shows them beside the view. */
export function updateMe (user: User): void {
  signedIn = user
  update()
}

export function onUpdate (listener: () => void): void {
  update = listener
}

const ranks: ReadonlyArray<User['role']> = ['client', 'manager', 'admin']

/** Roles include the ones before. */
export function isAtLeast (role: User['role']): boolean {
  return signedIn !== undefined && ranks.indexOf(signedIn.role) >= ranks.indexOf(role)
}
