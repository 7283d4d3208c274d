// What the store keeps, to be held against what it kept before.
import { digestStore } from '../src/stores/copy.js'
import { openStores } from '../src/stores/open.js'
import { type Scene } from './scene.js'

/** What a refusal may change: it is noted (authz_fail), and tries are counted. */
const noted = new Set(['audit', 'counters'])

/** Counts and digests of all that is kept, in words: `users 3 1f0a…`. */
export async function keptBy ({ databaseUrl }: Pick<Scene, 'databaseUrl'>): Promise<string> {
  const { stores, close } = await openStores({ databaseUrl })
  try {
    const kinds = await digestStore(stores, new Date(), () => undefined)
    return kinds.filter(({ kind }) => !noted.has(kind)).map(({ kind, rows, digest }) => `${kind} ${rows} ${digest}`).join('\n')
  } finally {
    await close()
  }
}
