// Lists of persons that one look at the table does not fill: the walk goes on look by look, and everybody else has a turn in between.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createGate } from '../../passwords/gate.js'
import type { Counted, PersonFilter, PersonRows } from '../stores.js'
import { countOnward, countPersons, personPage, walkPersons, type Onward, type PersonQuery } from './person-pages.js'
import type { Reader } from './reader.js'

export interface PersonWalksOptions {
  /** What one request may cost: 200 looks are 400,000 rows that are fetched or a million that are counted, and a quarter of a second, of which others
   * notice a millisecond at a time. */
  looksAtMost?: number
  /** One walk goes on at a time; whoever finds so many waiting is refused with `busy`. */
  waitingAtMost?: number
}

function keyOf ({ q, minAge, maxAge, sort, after, limit }: PersonQuery): string {
  return JSON.stringify([q, minAge, maxAge, sort, after?.key, after?.id, limit])
}

export function createPersonWalks (reader: Reader, { looksAtMost = 200, waitingAtMost = 16 }: PersonWalksOptions = {}) {
  const walks = createGate({ slots: 1, queue: waitingAtMost })

  async function walkOn (query: PersonQuery, first: PersonRows): Promise<PersonRows> {
    const rows: PersonRows = [...first]
    let { lookedTo } = first
    for (let looks = 1; lookedTo !== undefined && looks < looksAtMost; looks += 1) {
      await nextTurn()
      const onward = { ...query, after: lookedTo, limit: query.limit - rows.length }
      const next = await reader.readKept('persons', `walk ${keyOf(onward)}`, db => walkPersons(db, onward))
      rows.push(...next)
      lookedTo = next.lookedTo
    }
    if (lookedTo !== undefined) rows.lookedTo = lookedTo
    return rows
  }

  async function countOn (filter: PersonFilter, atMost: number): Promise<Counted> {
    let total = 0
    let after: string | undefined = ''
    for (let looks = 0; after !== undefined && total < atMost; looks += 1) {
      if (looks === looksAtMost) return { found: total, isMinimum: true }
      if (looks > 0) await nextTurn()
      const [from, room] = [after, atMost - total]
      const look: Onward = await reader.read(db => countOnward(db, filter, from, room))
      total += look.found
      after = look.lookedTo
    }
    return { found: total }
  }

  return {
    async page (query: PersonQuery): Promise<PersonRows> {
      const first = await reader.readKept('persons', `page ${keyOf(query)}`, db => personPage(db, query))
      return first.lookedTo === undefined ? first : walks.run(async () => walkOn(query, first))
    },

    async count (filter: PersonFilter, atMost = Number.MAX_SAFE_INTEGER): Promise<Counted> {
      const found = await reader.read(db => countPersons(db, filter, atMost))
      return found === null ? walks.run(async () => countOn(filter, atMost)) : { found }
    }
  }
}
