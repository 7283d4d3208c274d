// Takes away what ended or expired, a bounded number of rows at a time.
import type { Collection, Filter } from 'mongodb'
import { bounded } from './timing.js'

const rowsAtOnce = 500

/** Removes at most `limit` documents that match, and says how many. The filter is asked again when deleting: what came back to life in between stays. */
export async function sweepCollection<Row extends { _id: string }> (collection: Collection<Row>, filter: Filter<Row>, limit: number): Promise<number> {
  let swept = 0
  while (swept < limit) {
    const some = Math.min(rowsAtOnce, limit - swept)
    const found = await collection.find(filter, { ...bounded, projection: { _id: 1 } }).limit(some).toArray()
    const ids = found.map(({ _id }) => _id)
    const { deletedCount } = await collection.deleteMany({ $and: [{ _id: { $in: ids } }, filter] } as Filter<Row>)
    swept += deletedCount
    if (ids.length < some) break
  }
  return swept
}
