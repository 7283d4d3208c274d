// How far the feed has been told: the newest time that was seen, and the names of what was told close before it.

/** More than these would make the cursor long; what falls out is told twice, which the contract allows. */
export const mostNames = 5000

export function formCursor (newest: number, names: readonly string[]): string {
  return [String(newest), ...names.slice(-mostNames).map(encodeURIComponent)].join(' ')
}

export function readCursor (cursor: string): { newest: number, told: ReadonlySet<string> } {
  const [newest, ...names] = cursor.split(' ')
  return { newest: Number(newest), told: new Set(names.map(decodeURIComponent)) }
}
