// Headers as they were sent.

/** Whether a header came more than once; `name` in lower case. Of some, Host and Authorization among them, Node keeps the first and drops the
 * others silently; only `rawHeaders` of the request tells. */
export function isRepeated (rawHeaders: readonly string[], name: string): boolean {
  let count = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const sent = rawHeaders[index]
    if (sent?.length === name.length && sent.toLowerCase() === name) count += 1
  }
  return count > 1
}
