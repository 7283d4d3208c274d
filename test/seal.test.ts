// Derived keys and sealed text.
import { hkdfSync } from 'node:crypto'
import t from 'tap'
import { createSealer } from '../src/seal.js'
import { deriveKey } from '../src/secrets.js'

const secret = Buffer.from('a secret of the tests, long enough for anybody')
const other = Buffer.from('another secret of the tests, just as long as it')
const sealer = createSealer(secret, 'signing-keys')
const plain = '{"kty":"OKP","d":"\u{1f511}"}'

t.test('a derived key is HKDF-SHA256 with the purpose in its info', async t => {
  t.same(deriveKey(secret, 'refresh'), Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), Buffer.from('gatehouse/refresh'), 32)))
  t.equal(deriveKey(secret, 'refresh', 64).length, 64)
  // Worked out once with Python's hmac, so that a change here cannot pass unseen: it would lock up every store.
  t.equal(deriveKey(Buffer.alloc(32, 7), 'refresh').toString('hex'), '0390a8a8f4ccb1da5ac117c1c4f4fb98888a1899841f65ace9b80c38d58cc8d3')
})

t.test('another secret or another purpose gives another key', async t => {
  t.notSame(deriveKey(secret, 'refresh'), deriveKey(secret, 'seal'))
  t.notSame(deriveKey(secret, 'refresh'), deriveKey(other, 'refresh'))
})

t.test('what was sealed opens again under the same secret, purpose and context', async t => {
  const sealed = sealer.seal(plain, 'kid-1')
  t.match(sealed, /^[A-Za-z0-9_-]+$/)
  t.equal(Buffer.from(sealed, 'base64url')[0], 1, 'the format comes first')
  t.equal(createSealer(secret, 'signing-keys').open(sealed, 'kid-1'), plain)
  t.equal(sealer.open(sealer.seal('', ''), ''), '')
  t.not(sealer.seal(plain, 'kid-1'), sealed, 'a nonce of its own each time')
})

t.test('it opens under no other secret, purpose or context, and the error says what to look at but not the text', async t => {
  const sealed = sealer.seal(plain, 'kid-1')
  for (const open of [
    () => createSealer(other, 'signing-keys').open(sealed, 'kid-1'),
    () => createSealer(secret, 'mails').open(sealed, 'kid-1'),
    () => sealer.open(sealed, 'kid-2')
  ]) {
    t.throws(open, { message: /AUTH_SECRET is another one/ })
    try { open() } catch (error) { t.notMatch(JSON.stringify(error, Object.getOwnPropertyNames(error)), /kty|OKP|secret of the tests/) }
  }
})

t.test('a change of any byte is seen', async t => {
  const bytes = Buffer.from(sealer.seal('short', 'kid-1'), 'base64url')
  for (let index = 0; index < bytes.length; index += 1) {
    const changed = Buffer.from(bytes)
    changed[index] = (changed[index] as number) ^ 1
    t.throws(() => sealer.open(changed.toString('base64url'), 'kid-1'), `byte ${index}`)
  }
})

t.test('text of no or another format, or cut short, is not taken for sealed', async t => {
  const sealed = sealer.seal('', 'kid-1')
  for (const text of ['', 'plain text', sealed.slice(0, -4), Buffer.from([2, ...Buffer.from(sealed, 'base64url').subarray(1)]).toString('base64url')]) {
    t.throws(() => sealer.open(text, 'kid-1'), { message: /not a sealed text/ })
  }
})
