// Persons as a target of imports.
import { createHash } from 'node:crypto'
import type { FieldMap } from '../../imports/map-fields.js'
import { personFromRow } from '../../imports/person-rows.js'
import type { Person, PersonPosition, PersonStore } from '../../stores/stores.js'
import { createSeenNames, type SeenNames } from './seen-names.js'
import type { Name, Target } from './target.js'

export interface PersonTargetOptions {
  persons: PersonStore
  map: FieldMap
  /** `createdAt` of rows that tell none. */
  now: Date
  /** Only look, write nothing. */
  dryRun: boolean
}

export interface PersonEntry { person: Person, names: readonly Name[] }

const pageSize = 1000

export function createPersonTarget ({ persons, map, now, dryRun }: PersonTargetOptions): Target<PersonEntry> {
  let stored: SeenNames | undefined

  return {
    read (row, line) {
      const { person, reasons } = personFromRow(row, map, { now })
      if (reasons !== undefined) return { reasons }
      const brought = Object.values(row).includes(person.id)
      const keyed = brought || person.personId !== person.id ? person : { ...person, personId: lastingKey(row, line) }
      const names: Name[] = [...(brought ? [{ kind: 'id' as const, value: person.id }] : []), { kind: 'personId', value: keyed.personId }]
      return { entry: { person: keyed, names }, names }
    },

    async settle (entries) {
      if (dryRun) {
        const known = stored ??= await namesInStore(persons)
        return entries.map(({ names }) => names.some(known.has) ? 'there' : 'inserted')
      }
      const outcomes = await persons.insertMany(entries.map(({ person }) => person))
      return outcomes.map((outcome) => outcome === 'inserted' ? 'inserted' : 'there')
    },

    close () {
      stored?.close()
    }
  }
}

/** A key for a row that has none, the same in every run of the same file, so that a second run does not double it: its
 * MongoDB id, or else a digest of its line and what is in it. */
function lastingKey (row: Readonly<Record<string, unknown>>, line: number): string {
  const id = row['_id']
  if (typeof id === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(id)) return id
  return `import-${createHash('sha256').update(JSON.stringify([line, row])).digest('base64url').slice(0, 22)}`
}

/** All keys of the store, read once: it has no verb that asks for one. Bounded memory, see seen-names.ts. */
async function namesInStore (persons: PersonStore): Promise<SeenNames> {
  const names = await createSeenNames()
  let after: PersonPosition | null = null
  for (;;) {
    const page: Person[] = await persons.page({ sort: 'createdAt', after, limit: pageSize })
    for (const { id, personId } of page) names.note([{ kind: 'id', value: id }, { kind: 'personId', value: personId }], 0)
    const last = page.at(-1)
    if (last === undefined || page.length < pageSize) return names
    after = { key: last.createdAt.getTime(), id: last.id }
  }
}
