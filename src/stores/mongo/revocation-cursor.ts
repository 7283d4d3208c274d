// How far a follower of the feed of revocations has come: times alone, no database.
//
// A member of the cluster whose clock is behind stamps what it records earlier than what has been told already. So whoever has been told all
// reads the last minute again, the review. Where that is more than a page, as after a rush of log-outs, each turn (the pages until there are
// no more) reads one page of it and then the news, from just before the newest: they do not wait for the review, which takes several turns.
//
// Nothing is missed: a review begins a minute before the newest that was known when the review before it began. What could be seen only after
// that one had passed its place was stamped later than that.
import { ServiceError } from '../../errors.js'

/** As much as tokens allow clocks to differ (docs/STORES.md). */
const overlapMs = 60_000

/** As much as clocks that are kept right differ. */
const newsOverlapMs = 2000

/** The last that was read, by the server's time in milliseconds; with the id '' nothing of that time was. */
export interface Place { at: number, id: string }

export interface Position {
  /** Where the next review begins. */
  next: number
  review: Place
  /** Without an id: where the news begin, in a turn that is still at the review. */
  news: { at: number, id: string | undefined }
}

/** Where the review begins. Not beyond our own clock: a member that was ahead of all may have stamped the newest. When twice the overlap
 * has passed since, nothing can be seen any more that was stamped before it. */
function reviewFrom (newest: number, now: number): number {
  return Math.max(0, Math.min(newest, now) - overlapMs, Math.min(newest, now - 2 * overlapMs))
}

/** All since `notBefore` are news. Not beyond what the server has stamped, however far our own clock is ahead. */
export function firstPosition (notBefore: number, newest: number, now: number): Position {
  const next = reviewFrom(newest, now)
  return { next, review: { at: next, id: '' }, news: { at: Math.max(0, Math.min(notBefore, newest) - overlapMs), id: '' } }
}

/** Throws `invalid_cursor`. */
export function readCursor (cursor: string): Position {
  const [, next, reviewAt, reviewId = '', newsAt, newsId] = /^(\d{1,15}) (\d{1,15}) ([\w-]*) (\d{1,15})(?: ([\w-]*))?$/.exec(cursor) ?? []
  if (next === undefined) throw new ServiceError('invalid_cursor')
  return { next: Number(next), review: { at: Number(reviewAt), id: reviewId }, news: { at: Number(newsAt), id: newsId } }
}

export function writeCursor ({ next, review, news }: Position): string {
  return [next, review.at, review.id, news.at, ...(news.id === undefined ? [] : [news.id])].join(' ')
}

/** What the next page begins after. */
export function placeOf ({ review, news: { at, id } }: Position): Place {
  return id === undefined ? review : { at, id }
}

/** After a page that ended with `last`; `more`: it was full. */
export function positionAfter (position: Position, last: Place, more: boolean, now: number): Position {
  const { review, news } = position
  const reviewing = news.id === undefined
  // What comes then is read with the news.
  const reviewed = reviewing && (!more || last.at >= news.at)
  const next = reviewed ? Math.max(position.next, reviewFrom(last.at, now)) : position.next
  const behind = { next, review: reviewed ? { at: position.next, id: '' } : reviewing ? last : review }
  if (!more) return { ...behind, news: { at: Math.max(next, Math.min(last.at, now) - newsOverlapMs), id: undefined } }
  if (!reviewing || reviewed) return { ...behind, news: last }
  // A page a turn may be less than what is new in a turn: a review that began two minutes ago is read to its end at once. `next` was set then,
  // one minute back.
  const isLong = position.next < now - 3 * overlapMs
  return { ...behind, news: isLong ? news : { at: news.at, id: '' } }
}
