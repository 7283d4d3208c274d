// Which passwords are taken, and what the sentence says about the others.
import t from 'tap'
import { createPasswordPolicy, normalizePassword } from '../../src/passwords/policy.js'

const policy = createPasswordPolicy({ minLength: 8, commonPasswords: new Set(['password1', 'stra\u00dfe-nach']) })
const nobody = { email: null, username: null }
const somebody = { email: 'Somebody.Else@example.com', username: 'Some-Name' }

t.test('any composition of enough characters is taken, NUL and emoji included', async t => {
  for (const password of ['12 small', 'x'.repeat(256), '\u{1f511}'.repeat(8), '\u{1f511}'.repeat(256), 'before\0after', 'somebody.elsewhere']) {
    t.equal(policy.check(password, somebody), null)
  }
})

t.test('length counts code points after NFC', async t => {
  t.match(policy.check('1234567', nobody), /at least 8 characters/)
  t.match(policy.check('\u{1f511}'.repeat(7), nobody), /at least 8/)
  t.match(policy.check('e\u0301'.repeat(7), nobody), /at least 8/)
  t.match(policy.check('x'.repeat(257), nobody), /at most 256/)
  t.equal(policy.check('e\u0301'.repeat(256), nobody), null)
  t.match(createPasswordPolicy({ minLength: 15, commonPasswords: new Set() }).check('x'.repeat(14), nobody), /at least 15/)
})

t.test('a lone surrogate is refused', async t => {
  t.match(policy.check('lone \ud800 surrogate', nobody), /well-formed/)
})

t.test('a common password is refused in any case', async t => {
  t.match(policy.check('PassWord1', nobody), /most common/)
  t.match(policy.check('STRA\u1e9eE-NACH', nobody), /most common/)
})

t.test('the e-mail address, its local part and the username are refused in any case', async t => {
  t.match(policy.check('SOMEBODY.ELSE@EXAMPLE.COM', somebody), /e-mail/)
  t.match(policy.check('somebody.else', somebody), /e-mail/)
  t.match(policy.check('some-name', somebody), /username/)
  t.equal(policy.check('some-name', nobody), null)
})

t.test('the normal form is NFC, and there is none of text that is not well-formed', async t => {
  t.equal(normalizePassword('cafe\u0301'), 'caf\u00e9')
  t.equal(normalizePassword('\u{1f511}'), '\u{1f511}')
  t.equal(normalizePassword('\udd11\ud83d'), null)
})
