// The users and persons that everybody is measured with, and their one password.
export const password = 'a bench pass phrase'
export const emailOf = (index: number): string => `user${index}@example.com`

/** Person number `index`, alike for Gatehouse and the peers. */
export function personOf (index: number) {
  return { personId: `P-${index}`, name: `Ada Lovelace ${index}`, email: `person${index}@example.com`, age: index % 100 }
}

/** `count` of so many, evenly spread. */
export function spread (count: number, from: number): number[] {
  return Array.from({ length: count }, (_, index) => Math.floor(index * from / count))
}

/** The bodies of log-ins: users in an order that jumps about. */
export function logIns (users: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => JSON.stringify({ email: emailOf(index * 7919 % users), password }))
}

let registered = 0
/** The bodies of registrations; no address twice in a run. */
export function registrations (count: number): string[] {
  return Array.from({ length: count }, () => JSON.stringify({ email: `new${process.pid}-${registered++}@example.com`, password }))
}
