// Looks at a piece of a JSON array that is no JSON: whether it is certain where it ends, and how many elements are in it.

const [quote, backslash, openBracket, closeBracket, openBrace, closeBrace] = [...Buffer.from('"\\[]{}')]
/** What may follow a string, where quotes are what they seem: punctuation, another string, or nothing. */
const afterString = new Set(Buffer.from('",:[]{}'))

/**
 * How many objects stand side by side in the piece (more than one where a comma is missing between them), or null where its
 * quotes or brackets do not pair: then the comma that it was cut at may lie within a text, and nobody can tell where it ends.
 */
export function objectsSideBySide (piece: Buffer): number | null {
  const opened: number[] = []
  let objects = 0
  for (let at = 0; at < piece.length; at += 1) {
    const byte = piece[at] as number
    if (byte === quote) {
      at = endOfString(piece, at)
      if (at < 0 || !mayFollow(piece, at + 1)) return null
    } else if (byte === backslash) {
      return null
    } else if (byte === openBracket || byte === openBrace) {
      if (opened.length === 0 && byte === openBrace) objects += 1
      opened.push(byte)
    } else if (byte === closeBracket || byte === closeBrace) {
      if (opened.pop() !== (byte === closeBrace ? openBrace : openBracket)) return null
    }
  }
  return opened.length === 0 ? objects : null
}

/** Where the string that begins at `at` is closed; -1 where it is not, or has a control character in it (a line break, most likely). */
function endOfString (piece: Buffer, at: number): number {
  for (let next = at + 1; next < piece.length; next += 1) {
    const byte = piece[next] as number
    if (byte === quote) return next
    if (byte < 0x20) return -1
    if (byte === backslash) next += 1
  }
  return -1
}

function mayFollow (piece: Buffer, at: number): boolean {
  let next = at
  while (next < piece.length && (piece[next] as number) <= 0x20) next += 1
  return next === piece.length || afterString.has(piece[next] as number)
}
