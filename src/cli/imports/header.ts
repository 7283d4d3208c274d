// The header line of a CSV, looked at before anything is written.
import type { FieldMap } from '../../imports/map-fields.js'
import type { MindHeader } from '../../imports/read-rows.js'
import { looksLikeData } from '../../imports/secret-shape.js'
import { plain } from '../print.js'
import type { KnownMembers } from './known-members.js'
import { sayMapped } from './mapped-members.js'

const takenAsHeader = 'its line 1 is taken as the names of the columns'

/** Throws an Error in words where there is none, or where it has not all columns that the map names. What may be a row's is not printed. */
export function createHeaderCheck (map: FieldMap, { isKnown }: KnownMembers): MindHeader {
  const mapped = new Set(map.values())
  return (columns) => {
    if (columns.some((column) => looksLikeData(column) && !mapped.has(column))) throw new Error(`This file has no header line: ${takenAsHeader}, and there is an e-mail address or a hash in it. Put a line with the names before it. Nothing was written.`)
    if (!columns.some(isKnown)) throw new Error(`This file has no column that is known: ${takenAsHeader}. If that is what it is, --map says which column is which field; columns are parted by commas, semicolons or tabs. Nothing was written.`)
    const missing = [...map].filter(([, member]) => !columns.includes(member)).map(sayMapped)
    if (missing.length > 0) throw new Error(`The file has no column ${missing.join(', and none ')}. Its columns are ${columns.filter((name) => name !== '').map(plain).join(', ')}. Nothing was written.`)
  }
}
