// Between records, where an unset member is null, and documents, where it is left out.

type Known<Members> = { [Key in keyof Members]?: NonNullable<Members[Key]> }

/** The members that are set. A member left out cannot collide in a sparse unique index. */
export function present<Members extends object> (members: Members): Known<Members> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null && value !== undefined)) as Known<Members>
}

/** The names of the members that are null, as `$unset` wants them; those that are undefined stay as they are. */
export function absent (members: object): Record<string, ''> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value === null).map(([name]) => [name, '']))
}

/** Calls `map` on what is not null. */
export function orNull<From, To> (value: From | null | undefined, map: (value: From) => To): To | null {
  return value === null || value === undefined ? null : map(value)
}
