// How values stand in columns: instants as milliseconds, truth as 0 and 1.

export function instant (milliseconds: number): Date {
  return new Date(milliseconds)
}

export function instantOrNull (milliseconds: number | null): Date | null {
  return milliseconds === null ? null : new Date(milliseconds)
}

export function milliseconds (instant: Date | null): number | null {
  return instant === null ? null : instant.getTime()
}

export function bit (truth: boolean): 0 | 1 {
  return truth ? 1 : 0
}

/** The members of a patch that are given: one that is undefined counts as left out. */
export function given<T extends object> (patch: T): Partial<T> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as Partial<T>
}
