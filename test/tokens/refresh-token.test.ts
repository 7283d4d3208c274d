// Refresh tokens: one spelling each, and none but ours.
import t from 'tap'
import { newId } from '../../src/ids.js'
import { createRefreshTokens } from '../../src/tokens/refresh-token.js'
import { authSecret, otherSecret } from './support.js'

const tokens = createRefreshTokens(authSecret)
const sessionId = newId()
const token = tokens.mint(sessionId, 7)

t.test('what was minted is read back, by any process with the same secret', async (t) => {
  for (const counter of [0, 1, 7, 2 ** 31, 2 ** 32 - 1]) {
    t.same(createRefreshTokens(authSecret).read(tokens.mint(sessionId, counter)), { sessionId, counter })
  }
  t.equal(tokens.mint(sessionId, 7), token, 'the successor can be made again')
  t.match(token, /^[A-Za-z0-9_-]{70}$/)
})

t.test('counters and sessions that do not fit are a fault of the caller', async (t) => {
  for (const counter of [-1, 2 ** 32, 1.5, Number.NaN]) t.throws(() => tokens.mint(sessionId, counter), RangeError, String(counter))
  t.throws(() => tokens.mint('not an id', 0))
})

t.test('the token of another secret is refused', async (t) => {
  t.equal(tokens.read(createRefreshTokens(otherSecret).mint(sessionId, 7)), null)
})

t.test('every single changed bit is refused', async (t) => {
  const bytes = Buffer.from(token, 'base64url')
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const changed = Buffer.from(bytes)
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    if (tokens.read(changed.toString('base64url')) !== null) t.fail(`bit ${bit}`)
  }
  t.pass('416 bits')
})

t.test('other spellings of a good token are refused', async (t) => {
  const last = token.at(-1) ?? ''
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const sameBits = [...alphabet].filter((character) => character !== last && Buffer.from(token.slice(0, -1) + character, 'base64url').equals(Buffer.from(token, 'base64url')))
  t.equal(sameBits.length, 15, 'there are fifteen others that decode to the same bytes')
  const spellings = [
    ...sameBits.map((character) => token.slice(0, -1) + character),
    `${token}==`, `${token}=`, ` ${token}`, `${token} `, `${token}\n`, `${token.slice(0, 9)}\n${token.slice(9)}`, `${token.slice(0, 9)}.${token.slice(9)}`,
    `${token}A`, `${token}AA`, token.slice(0, -1), token.slice(1), '', 'undefined', token.toLowerCase(), `${token}${token}`, 'A'.repeat(70), 'A'.repeat(100_000)
  ]
  for (const text of spellings) t.equal(tokens.read(text), null, text.slice(0, 80))
  const plus = Array.from({ length: 40 }, (_, counter) => tokens.mint(sessionId, counter)).find((text) => /[-_]/.test(text)) ?? ''
  t.not(tokens.read(plus), null)
  t.equal(tokens.read(plus.replaceAll('-', '+').replaceAll('_', '/')), null, 'the alphabet of plain base64')
})
