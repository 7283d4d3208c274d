// What the store keeps, to be held against what it kept before.
import { digestStore } from '../src/stores/copy.js'
import { openStores } from '../src/stores/open.js'
import { during, type Scene } from './scene.js'

/** What a refusal may change: it is noted (authz_fail), and tries are counted. */
const noted = new Set(['audit', 'counters'])

const mailsWithin = 10_000

/** Counts and digests of all that is kept, in words: `users 3 1f0a…`. Waits for the mails under way, which go at a time of their own. */
export async function keptBy ({ databaseUrl }: Pick<Scene, 'databaseUrl'>): Promise<string> {
  const { stores, close } = await openStores({ databaseUrl })
  try {
    await during(mailsWithin, async () => (await stores.transfer.read('mails', null, 1)).length === 0, 'mail was still under way')
    const kinds = await digestStore(stores, new Date(), () => undefined)
    return kinds.filter(({ kind }) => !noted.has(kind)).map(({ kind, rows, digest }) => `${kind} ${rows} ${digest}`).join('\n')
  } finally {
    await close()
  }
}
