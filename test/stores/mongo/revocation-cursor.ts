// Followers of the feed of revocations, played on a time of their own: what members with differing clocks record, and when it is told.
import t, { type Test } from 'tap'
import { firstPosition, type Place, placeOf, positionAfter, readCursor, writeCursor } from '../../../src/stores/mongo/revocation-cursor.js'

const start = Date.UTC(2026, 2, 1)

/** What the members have recorded; visible to who reads it now. */
function createFeed () {
  const rows: Place[] = []
  let count = 0
  const isAfter = (row: Place, { at, id }: Place): boolean => row.at > at || (row.at === at && row.id > id)
  /** How many rows do not come after the place. */
  function upTo (place: Place): number {
    let [low, high] = [0, rows.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (isAfter(rows[middle] as Place, place)) high = middle
      else low = middle + 1
    }
    return low
  }
  return {
    record (at: number): string {
      count += 1
      const row = { at, id: `${(count * 7919) % 1000}-${count}` }
      rows.splice(upTo(row), 0, row)
      return row.id
    },
    newest: () => rows.at(-1)?.at ?? 0,
    after (place: Place, limit: number): Place[] {
      const from = upTo(place)
      return rows.slice(from, from + limit)
    }
  }
}

interface Options { limit: number, ownClock: () => number, afterPage?: () => void }

/** Answers what each turn told; a cursor is all that is kept between two pages. */
function createFollower (feed: ReturnType<typeof createFeed>, { limit, ownClock, afterPage }: Options) {
  let cursor: string | null = null
  return function turn (): { told: Place[], pages: number } {
    const told: Place[] = []
    for (let pages = 1; ; pages += 1) {
      const position = cursor === null ? firstPosition(start - 660_000, feed.newest(), ownClock()) : readCursor(cursor)
      const place = placeOf(position)
      const rows = feed.after(place, limit)
      const more = rows.length === limit
      cursor = writeCursor(positionAfter(position, rows.at(-1) ?? place, more, ownClock()))
      told.push(...rows)
      afterPage?.()
      if (!more) return { told, pages }
    }
  }
}

const inOrder = (told: Place[]): boolean => told.every(({ at, id }, index) => {
  const before = told[index - 1]
  return before === undefined || before.at < at || (before.at === at && before.id < id)
})

t.test('After a rush each turn reads little, and tells what was recorded since the one before', async (t) => {
  let now = start
  const feed = createFeed()
  const turn = createFollower(feed, { limit: 1000, ownClock: () => now })
  for (let index = 0; index < 50_000; index += 1) feed.record(start - 60_000 + Math.floor(index * 1.2))
  t.equal(turn().pages, 51)
  const [pages, toldLater, late] = [[] as number[], [] as string[], feed.record(start - 40_000)]
  let lateAfter = 0
  for (; now < start + 180_000; now += 500) {
    const id = feed.record(now)
    const { told, pages: read } = turn()
    pages.push(read)
    if (!told.some((row) => row.id === id) || !inOrder(told)) toldLater.push(id)
    if (lateAfter === 0 && told.some((row) => row.id === late)) lateAfter = now - start
  }
  t.same(toldLater, [])
  t.equal(Math.max(...pages), 3, 'a page of the review, and the last two seconds of the rush')
  t.equal(pages.at(-1), 1)
  t.ok(lateAfter > 0 && lateAfter < 15_000, `what was seen late, at a third of the rush, is told when the review comes to it (${String(lateAfter)} ms)`)
})

t.test('Where a minute is less than a page, what was stamped a minute ago is told at once', async (t) => {
  let now = start
  const feed = createFeed()
  const turn = createFollower(feed, { limit: 1000, ownClock: () => now })
  turn()
  for (; now < start + 300_000; now += 500) {
    feed.record(now)
    const late = feed.record(now - 58_000)
    const { told, pages } = turn()
    if (pages !== 1 || !told.some(({ id }) => id === late)) t.fail(`${pages} pages after ${now - start} ms`)
  }
})

t.test('A review that a page a turn is too little for comes to its end all the same', async (t) => {
  let now = start
  const feed = createFeed()
  const turn = createFollower(feed, { limit: 10, ownClock: () => now })
  const open = new Map<string, number>()
  let longest = 0
  for (; now < start + 1_200_000; now += 500) {
    for (let index = 0; index < 25; index += 1) feed.record(now - index)
    open.set(feed.record(now - 50_000), now)
    for (const { id } of turn().told) {
      longest = Math.max(longest, now - (open.get(id) ?? now))
      open.delete(id)
    }
  }
  t.ok(longest < 250_000, `${String(longest)} ms`)
})

interface Scenario { title: string, limit: number, eachSecond: number, pauseMs: number, pageMs: number, own: number }

const scenarios: Scenario[] = [
  { title: 'few revocations', limit: 1000, eachSecond: 2, pauseMs: 500, pageMs: 5, own: -30_000 },
  { title: 'many', limit: 100, eachSecond: 60, pauseMs: 500, pageMs: 5, own: -30_000 },
  { title: 'more than a page at each turn', limit: 20, eachSecond: 60, pauseMs: 500, pageMs: 5, own: 0 },
  { title: 'turns that take long', limit: 100, eachSecond: 60, pauseMs: 500, pageMs: 200, own: 0 },
  { title: 'seldom turns', limit: 100, eachSecond: 40, pauseMs: 20_000, pageMs: 5, own: 0 },
  { title: 'our own clock is behind all', limit: 100, eachSecond: 60, pauseMs: 500, pageMs: 5, own: -59_000 }
]

/** Members up to 59 s behind the first of them record, at one time or at another, until five minutes are over; then all is silent. */
function play (t: Test, { limit, eachSecond, pauseMs, pageMs, own }: Scenario, seed: number): void {
  let [now, random] = [start, seed]
  const below = (bound: number): number => { random = (random * 48_271) % 2_147_483_647; return random % bound }
  const feed = createFeed()
  const coming: Array<{ at: number, seenAt: number }> = []
  for (let index = 0; index < eachSecond * 300; index += 1) {
    // Rushes and lulls of ten seconds.
    const lull = below(4) === 0
    const recordedAt = start + Math.floor(below(300_000) / 20_000) * 20_000 + below(lull ? 20_000 : 10_000)
    const behind = below(3) === 0 ? 59_000 : below(3) === 0 ? below(59_000) : 0
    coming.push({ at: recordedAt - behind, seenAt: recordedAt + below(500) })
  }
  coming.sort((a, b) => a.seenAt - b.seenAt)
  const open = new Set<string>()
  let seen = 0
  const pass = (ms: number): void => {
    now += ms
    for (let next = coming[seen]; next !== undefined && next.seenAt <= now; next = coming[seen += 1]) open.add(feed.record(next.at))
  }
  const turn = createFollower(feed, { limit, ownClock: () => now + own, afterPage: () => { pass(pageMs) } })
  while (now < start + 600_000) {
    const { told } = turn()
    if (!inOrder(told)) t.fail('out of order')
    for (const { id } of told) open.delete(id)
    pass(pauseMs)
  }
  t.equal(seen, coming.length)
  t.equal(open.size, 0, `none of ${String(seen)} is missed (seed ${String(seed)})`)
}

for (const scenario of scenarios) {
  t.test(`What a member with a clock behind records is told: ${scenario.title}`, async (t) => {
    for (const seed of [1, 20, 300]) play(t, scenario, seed)
  })
}

t.test('The review begins neither beyond our own clock nor before what it has done with', async (t) => {
  const hour = 3_600_000
  const first = firstPosition(start, start + hour, start)
  t.equal(first.next, start - 60_000, 'a member that was an hour ahead')
  t.equal(firstPosition(start + hour, start, start + hour).next, start, 'what nothing can come before any more')
  t.same(firstPosition(start, 0, start), { next: 0, review: { at: 0, id: '' }, news: { at: 0, id: '' } }, 'nothing recorded yet')
  const told = positionAfter(first, { at: start + hour, id: 'a' }, false, start)
  t.same(told, { next: start - 60_000, review: { at: start - 60_000, id: '' }, news: { at: start - 2000, id: undefined } })
  const put = positionAfter(told, { at: start + hour, id: 'a' }, false, start - hour)
  t.same(put, { next: start - 60_000, review: { at: start - 60_000, id: '' }, news: { at: start - 60_000, id: undefined } }, 'our clock was put back')
})

t.test('A cursor fits into a query, and says what it was made of', async (t) => {
  const id = '0190f3a0-7b1c-7d3e-8f4a-5b6c7d8e9f00'
  for (const newsId of [undefined, '', id]) {
    const position = { next: start, review: { at: start + 1, id }, news: { at: start + 2, id: newsId } }
    const cursor = writeCursor(position)
    t.ok(Buffer.from(cursor).toString('base64url').length <= 200)
    t.same(readCursor(cursor), position)
  }
  for (const text of ['', '1', '1 2 ', '1 2 a', '1 2  ', '1 2 a 3 b 4', '-1 2 a 3', '1 2 a! 3', '1234567890123456 2  3']) t.throws(() => readCursor(text), { code: 'invalid_cursor' }, text)
})
