// Reads a password that an old client packed in base64.

// Either alphabet, padded or not: the old server took all of it. Linear, so a long text costs no more than its length.
const base64 = /^[A-Za-z0-9+/_-]*={0,2}$/
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text, or null where this is no base64. White space is dropped: some platforms break the text into lines. */
export function readBase64 (text: string): string | null {
  const packed = text.replace(/\s/g, '')
  if (!base64.test(packed) || packed.replaceAll('=', '').length % 4 === 1 || (packed.endsWith('=') && packed.length % 4 !== 0)) return null
  const bytes = Buffer.from(packed, 'base64')
  try {
    return utf8.decode(bytes)
  } catch {
    // A browser's btoa packs Latin-1.
    return bytes.toString('latin1')
  }
}
