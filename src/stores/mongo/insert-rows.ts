// Inserts that a row already there does not stop.
import type { Collection, OptionalUnlessRequiredId } from 'mongodb'
import type { InsertOutcome } from '../stores.js'
import { isDuplicate, outcomesOf } from './errors.js'
import { bounded } from './timing.js'

interface Identified { _id: string }

// Small enough that one message is answered well within the socket's time-out.
const rowsAtOnce = 500

/** Bulk insert: every row on its own, the outcome of each told. In the order given, so that of two rows with one name the first is there before the second is tried. */
export async function insertRows<Row extends Identified> (collection: Collection<Row>, rows: readonly Row[]): Promise<InsertOutcome[]> {
  const outcomes: InsertOutcome[] = []
  for (let start = 0; start < rows.length; start += rowsAtOnce) {
    outcomes.push(...await insertSome(collection, rows.slice(start, start + rowsAtOnce)))
  }
  return outcomes
}

async function insertSome<Row extends Identified> (collection: Collection<Row>, rows: readonly Row[]): Promise<InsertOutcome[]> {
  try {
    await collection.insertMany(rows.map(asInput), { ordered: false })
    return rows.map(() => 'inserted')
  } catch (error) {
    return sameIdFirst(collection, rows, outcomesOf(error, rows.length))
  }
}

// Which of its unique indexes a server names when a row collides in two is its own affair; that the id is there counts more.
async function sameIdFirst<Row extends Identified> (collection: Collection<Row>, rows: readonly Row[], outcomes: InsertOutcome[]): Promise<InsertOutcome[]> {
  const refused = rows.filter((_row, index) => outcomes[index] !== 'inserted').map(({ _id }) => _id)
  const found = await collection.find({ _id: { $in: refused } } as object, { ...bounded, projection: { _id: 1 } }).toArray()
  const there = new Set(found.map(({ _id }) => String(_id)))
  return outcomes.map((outcome, index) => outcome !== 'inserted' && there.has((rows[index] as Row)._id) ? 'exists' : outcome)
}

/** Says whether this call inserted it; false where the id is taken. */
export async function insertIfAbsent<Row extends Identified> (collection: Collection<Row>, row: Row): Promise<boolean> {
  try {
    await collection.insertOne(asInput(row))
    return true
  } catch (error) {
    if (isDuplicate(error)) return false
    throw error
  }
}

function asInput<Row extends Identified> (row: Row): OptionalUnlessRequiredId<Row> {
  return row as OptionalUnlessRequiredId<Row>
}
