// What has the shape of a secret, whatever it is called: so that it is printed nowhere.

const hashShapes = [
  // $scheme$…: crypt's, PHC's, Django's (pbkdf2_sha256$600000$…), Werkzeug's (scrypt:32768:8:1$salt$…).
  /\$[A-Za-z0-9_.,=/+-]{1,32}\$.{8}/s,
  // {SSHA}… of LDAP
  /^\{[A-Za-z0-9-]+\}/,
  // MD5, SHA-1, SHA-2 as hexadecimal digits, MySQL's with a star
  /[0-9a-f]{32}/i,
  // A digest in base64 that is padded.
  /[A-Za-z0-9+/]{20}={1,2}(?![A-Za-z0-9])/
]
/** Base64 without its padding, tokens: longer than words are. */
const longRun = /[A-Za-z0-9+/_-]{40}/

/** Whether a hash of a password is in the text, ours or a foreign one. */
export function looksLikeHash (text: string): boolean {
  return hashShapes.some(shape => shape.test(text))
}

/** Also where it may be something else that is as long. */
export function looksSecret (text: string): boolean {
  return looksLikeHash(text) || longRun.test(text)
}

/** Whether the name of a member looks like what belongs into one: an e-mail address, or a hash. */
export function looksLikeData (name: string): boolean {
  return /\S@\S+\.\S/.test(name) || looksLikeHash(name)
}
