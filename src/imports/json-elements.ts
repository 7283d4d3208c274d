// Finds the elements of a top-level JSON array in a run of buffers, by brackets and quotes alone; JSON.parse judges them.

export interface ElementSplitter {
  /** The elements that end in this chunk, as their bytes. */
  push (chunk: Buffer): Generator<Buffer, void>
  /** How many bytes of an unfinished element are held. */
  pending (): number
  /** Those bytes, or those that do not belong where they are. */
  rest (): Buffer
  /** After the last chunk: what is wrong with the array as a whole, or null. */
  fault (): string | null
}

const [quote, comma, open, close, backslash, openBrace, closeBrace] = [...Buffer.from('",[]\\{}')]
const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

export function createElementSplitter (): ElementSplitter {
  let place: 'before' | 'inside' | 'after' | 'astray' = 'before'
  let depth = 0
  let inString = false
  let escaped = false
  let elements = 0
  let held: Buffer[] = []

  function take (bytes: Buffer): Buffer {
    const element = held.length === 0 ? bytes : Buffer.concat([...held, bytes])
    held = []
    elements += 1
    return element
  }

  function * push (chunk: Buffer): Generator<Buffer, void> {
    let start = 0
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] as number
      if (place === 'inside') {
        if (!endsElement(byte)) continue
        const element = take(chunk.subarray(start, at))
        start = at + 1
        if (byte === close) place = 'after'
        if (byte !== close || elements > 1 || !element.every(isSpace)) yield element
      } else if (place !== 'astray' && !isSpace(byte)) {
        place = place === 'before' && byte === open ? 'inside' : 'astray'
        start = place === 'inside' ? at + 1 : at
      }
    }
    if (place === 'inside' || (place === 'astray' && held.length === 0)) held.push(chunk.subarray(start))
  }

  /** Keeps count of strings and brackets; true at the comma or bracket that ends an element. */
  function endsElement (byte: number): boolean {
    if (inString) {
      if (escaped) escaped = false
      else if (byte === backslash) escaped = true
      else if (byte === quote) inString = false
      return false
    }
    if (depth === 0 && (byte === comma || byte === close)) return true
    if (byte === quote) inString = true
    else if (byte === open || byte === openBrace) depth += 1
    // A brace that nothing has opened is left in its element, which is no JSON then.
    else if (byte === close || byte === closeBrace) depth = Math.max(depth - 1, 0)
    return false
  }

  function fault (): string | null {
    if (place === 'after') return null
    if (place === 'inside') return 'it is not closed; the file may have been cut short, or a quote or bracket be missing'
    return elements > 0 ? 'something follows its end' : 'this is not a JSON array'
  }

  return {
    push,
    pending: () => held.reduce((sum, bytes) => sum + bytes.length, 0),
    rest: () => Buffer.concat(held).subarray(0, 1000),
    fault
  }
}
