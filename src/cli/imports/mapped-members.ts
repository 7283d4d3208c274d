// What --map names must be there: a slip in a name would leave the field empty in every row.
import type { FieldMap } from '../../imports/map-fields.js'
import { plain } from '../print.js'
import type { Target } from './target.js'

/** Looks out for the members that the map names, in every row that the target reads. */
export function watchMembers<Entry> (target: Target<Entry>, map: FieldMap): { target: Target<Entry>, notFound: () => Array<[field: string, member: string]> } {
  let awaited = [...map]
  let rows = 0
  return {
    target: {
      ...target,
      read (row, line) {
        rows += 1
        if (awaited.length > 0) awaited = awaited.filter(([, member]) => !Object.hasOwn(row, member))
        return target.read(row, line)
      }
    },
    // Of no rows nothing can be said.
    notFound: () => rows === 0 ? [] : awaited
  }
}

export function sayMapped ([field, member]: readonly [field: string, member: string]): string {
  return `"${plain(member)}", which --map gives to ${field}`
}
