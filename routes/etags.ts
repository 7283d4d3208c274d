// Entity tags of persons: the version in quotes (RFC 9110 §8.8.3), and the two conditions on them.
import type { Person } from '../src/stores/stores.js'

const versionTag = /^"([1-9]\d{0,15})"$/

export function etagOf ({ version }: Pick<Person, 'version'>): string {
  return `"${version}"`
}

function tagsOf (header: string): string[] {
  return header.split(',').map((tag) => tag.trim())
}

/**
 * The versions that If-Match lets be written over; undefined where any may be (no header, or `*`). Weak and foreign tags match
 * nothing: If-Match compares strongly (RFC 9110 §13.1.1).
 */
export function readIfMatch (header: string | undefined): number[] | undefined {
  if (header === undefined || header.trim() === '*') return undefined
  return tagsOf(header).flatMap((tag) => {
    const version = versionTag.exec(tag)?.[1]
    return version === undefined ? [] : [Number(version)]
  })
}

/** Whether If-None-Match leaves the answer to be sent: none of its tags is the person's, compared weakly (RFC 9110 §13.1.2). */
export function matchesNone (header: string | undefined, person: Pick<Person, 'version'>): boolean {
  if (header === undefined) return true
  return header.trim() !== '*' && !tagsOf(header).some((tag) => tag.replace(/^W\//, '') === etagOf(person))
}
