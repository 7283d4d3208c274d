// Foreign rows as accounts.
import { createReadStream } from 'node:fs'
import t from 'tap'
import { parseFieldMap } from '../../src/imports/map-fields.js'
import { readRows } from '../../src/imports/read-rows.js'
import { type UserFromRow, type UserRowOptions, userFields, userFromRow } from '../../src/imports/user-rows.js'
import { idPattern } from '../../src/ids.js'

const now = new Date('2026-01-31T09:30:00.000Z')
const bcryptHash = '$2b$10$2WLRRE/IWW.1yXcEyt0sZeFS/257w6SAaigbMNMfcqX1JNZ1KKXGO'
const argon2Hash = '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$YXNkZmFzZGZhc2RmYXNkZmFzZGZhc2RmYXNkZmFzZGY'
const plainTaken = { plainPasswords: true, withoutPasswords: true, now }

function read (row: Record<string, unknown>, options: UserRowOptions = { plainPasswords: false, withoutPasswords: true, now }, map = ''): UserFromRow {
  return userFromRow(row, map === '' ? new Map() : parseFieldMap(map, userFields).map ?? new Map(), options)
}
const reasons = (row: Record<string, unknown>, options?: UserRowOptions): string[] | undefined => read({ email: 'me@example.com', ...row }, options).reasons

t.test('the first tutorial\'s user, as mongoexport writes it, is an account with its hash', async t => {
  const accounts: UserFromRow[] = []
  for await (const { row } of readRows(createReadStream('test/imports/samples/mongoexport-relaxed.ndjson'), 'auto')) accounts.push(read(row ?? {}))
  const createdAt = new Date('2018-12-10T01:29:49.000Z')
  t.match(accounts[0]?.user?.id, new RegExp(idPattern))
  t.same({ ...accounts[0], user: { ...accounts[0]?.user, id: '' } }, {
    user: {
      id: '', email: 'someone@example.com', emailVerified: false, username: null, firstName: null, lastName: null, phone: null,
      role: 'client', disabled: false, createdAt, updatedAt: createdAt, lastLoginAt: null
    },
    secret: { kind: 'hash', hash: bcryptHash }
  })
  t.match(accounts[1]?.user, { email: 'other@example.com', role: 'manager', createdAt: new Date('2019-01-02T03:04:05.678Z') })
})

t.test('every field is read, under each of its usual names, and what is unknown is ignored', async t => {
  const id = '019350a4-5c1e-7b6a-9c4f-2f1d6c1a7e02'
  t.same(read({
    id, Email: ' ME@B\u00dccher.example ', userName: 'Some.One', hash: argon2Hash, firstName: ' Some ', lastName: 'One', phone: 5235234132, role: 'ADMIN', emailVerified: 'Yes', disabled: 1,
    createdAt: '2020-01-01', updatedAt: 1600000000000, lastLoginAt: '1600000000001', __v: 3, constructor: 'x', profile: { deep: true }
  }), {
    user: {
      id, email: 'me@xn--bcher-kva.example', emailVerified: true, username: 'Some.One', firstName: 'Some', lastName: 'One', phone: '5235234132', role: 'admin', disabled: true,
      createdAt: new Date('2020-01-01T00:00:00Z'), updatedAt: new Date(1600000000000), lastLoginAt: new Date(1600000000001)
    },
    secret: { kind: 'hash', hash: argon2Hash }
  })
  t.match(read({ mail: 'me@example.com' }).user, { email: 'me@example.com', createdAt: now, updatedAt: now })
  t.not(read({ mail: 'me@example.com', id: 'x' }).user?.id, 'x')
  t.match(read({ email: 'me@example.com', id: 17, firstName: ' ', role: '', disabled: ' ', emailVerified: false, updatedAt: ' ' }).user, { firstName: null, role: 'client', disabled: false, updatedAt: now })
})

t.test('an account has an e-mail address or a username', async t => {
  t.match(read({ UserName: 'ncuser' }).user, { email: null, username: 'ncuser' })
  t.equal(read({ UserName: 'ncuser', emailVerified: true }).user?.emailVerified, false, 'without an address there is nothing verified')
  for (const row of [{}, { email: '', username: ' ' }, { email: ' ' }, { email: null }]) t.same(read(row).reasons, ['The row has neither an e-mail address nor a username.'])
  t.same(read({ email: 'nowhere' }).reasons, ['email: this is no e-mail address.'])
  t.same(read({ username: 'no' }).reasons, ['username: this is not 3 to 64 of A-Z a-z 0-9 . _ and -.'])
})

t.test('a username that is an e-mail address is the e-mail address, where there is no other', async t => {
  t.match(read({ UserName: 'Me@Example.com' }).user, { email: 'me@example.com', username: null })
  t.match(read({ UserName: 'Me@Example.com', email: 'me@example.COM' }).user, { email: 'me@example.com', username: null })
  t.match(read({ UserName: 'me@example.com', email: 'other@example.com' }).reasons, [/^username: /])
})

t.test('a map goes before the usual names, and the member it names is nothing else', async t => {
  t.match(read({ UserName: 'me@example.com', password: bcryptHash }, undefined, 'email=UserName,passwordHash=password'), { user: { email: 'me@example.com', username: null }, secret: { hash: bcryptHash } })
  t.match(read({ login: 'somebody', email: 'me@example.com' }, undefined, 'username=login,email=contact').user, { email: null, username: 'somebody' })
  t.same(read({ email: 'me@example.com', password: 'plain text' }, plainTaken, 'passwordHash=password').reasons?.length, 1)
})

t.test('a hash is taken under any name, and plain text only with the option', async t => {
  t.match(read({ email: 'me@example.com', Password: argon2Hash }).secret, { kind: 'hash', hash: argon2Hash })
  t.match(read({ email: 'me@example.com', password: '', passwordHash: bcryptHash }).secret, { kind: 'hash', hash: bcryptHash })
  t.same(read({ email: 'me@example.com' }).secret, { kind: 'none' })
  t.match(reasons({ password: 'nc password ' }), [/^password: .*plain text.*--plain-passwords\.$/])
  t.same(read({ email: 'me@example.com', Password: 'nc password ' }, plainTaken).secret, { kind: 'plain', password: 'nc password ' })
})

t.test('a row without a password is refused where such are not taken outright', async t => {
  const strict = { plainPasswords: true, withoutPasswords: false, now }
  for (const row of [{}, { password: null }, { password: '', passwordHash: '' }]) {
    t.same(reasons(row, strict), ['The row has neither a password nor a hash of one. Accounts without are taken only with --without-passwords; their owners set one by a reset link.'])
    t.equal(reasons(row), undefined)
  }
  t.equal(reasons({ passwordHash: bcryptHash }, strict), undefined)
  t.equal(reasons({ password: 'plain text' }, strict), undefined)
})

t.test('a row must have the member that is mapped for the password, be it empty, even where accounts without are taken', async t => {
  const lacking = (row: Record<string, unknown>, map: string): unknown => read({ email: 'me@example.com', ...row }, undefined, map).reasons
  const reason = ['The row has no member "pwd", which --map names. One without a password says so by null or an empty text.']
  t.same(lacking({ pwd_hash: bcryptHash }, 'passwordHash=pwd'), reason)
  t.same(lacking({ password: bcryptHash }, 'passwordHash=pwd'), reason, 'the usual name is not taken in its place')
  t.same(lacking({}, 'passwordHash=pwd,password=plain'), ['The row has no member "pwd" or "plain", which --map names. One without a password says so by null or an empty text.'])
  for (const row of [{ pwd: null }, { pwd: '' }, { pwd: bcryptHash }]) t.equal(lacking(row, 'passwordHash=pwd'), undefined)
  t.equal(lacking({ plain: null }, 'passwordHash=pwd,password=plain'), undefined)
})

t.test('an object where a text belongs is refused, also one that cannot be made a text', t => {
  const odd = { toString: 1, valueOf: 1 }
  t.same(reasons({ phone: odd, disabled: odd, createdAt: odd })?.sort(), [
    'createdAt: this is no time (ISO 8601, or milliseconds since 1970).', 'disabled: this is neither true nor false.', 'phone: this is not a text.'
  ])
  t.end()
})

t.test('a hash that cannot be checked here is never taken for a password', async t => {
  for (const password of ['$2x$10$2WLRRE/IWW.1yXcEyt0sZeFS/257w6SAaigbMNMfcqX1JNZ1KKXGO', '$argon2i$v=19$m=4096,t=3,p=1$c29tZXNhbHQ$aGFzaA', '$pbkdf2-sha256$29000$x$y', '$6$rounds=5000$salt$hash', '{SSHA}hash', bcryptHash.slice(0, -1),
    // As Django and Werkzeug write them.
    'pbkdf2_sha256$600000$salt$aGFzaGFzaGFzaGFzaA==', `bcrypt_sha256$${bcryptHash}`, 'argon2$argon2id$v=19$m=102400,t=2,p=8$c29tZXNhbHQ$aGFzaA', 'md5$salt$5f4dcc3b5aa765d61d8327deb882cf99',
    'scrypt:32768:8:1$saltsalt$0123456789', 'pbkdf2:sha256:600000$saltsalt$0123456789'
  ]) {
    t.match(reasons({ password }, plainTaken), [/^password: this is no hash that can be checked here/], password)
  }
  t.match(reasons({ passwordHash: '5f4dcc3b5aa765d61d8327deb882cf99' }, plainTaken), [/^passwordHash: this is no hash/])
  t.match(reasons({ password: bcryptHash.replace('$10$', '$31$') }), [/^password: bcrypt with cost 31 takes too long/])
  t.match(reasons({ password: 12345678 }, plainTaken), [/^password: this is not a text/])
  t.match(reasons({ password: 'lone \ud800 surrogate' }, plainTaken), [/well-formed/])
})

t.test('every fault of a row is told', async t => {
  t.same(reasons({ firstName: 'x'.repeat(101), lastName: {}, phone: 'call me', role: 'root', emailVerified: 'perhaps', createdAt: 'yesterday', updatedAt: true, disabled: 2, username: 'lone\ud800' })?.map(reason => reason.split(':')[0]),
    ['username', 'createdAt', 'emailVerified', 'firstName', 'lastName', 'phone', 'role', 'disabled', 'updatedAt'])
  t.same(reasons({ firstName: 'x'.repeat(100), phone: '+44 (0)20/79-46.00' }), undefined)
})

t.test('times without a zone are UTC, and what is no time is none', async t => {
  const at = (createdAt: unknown): string | undefined => read({ email: 'me@example.com', createdAt }).user?.createdAt.toISOString()
  t.equal(at('2018-12-10T01:29:49'), '2018-12-10T01:29:49.000Z')
  t.equal(at('2018-12-10 01:29'), '2018-12-10T01:29:00.000Z')
  t.equal(at('2018-12-10 01:29:49.5 +01:00'), '2018-12-10T00:29:49.500Z')
  t.equal(at('2018-12-10T01:29:49.123456Z'), '2018-12-10T01:29:49.123Z')
  t.equal(at(new Date(5)), '1970-01-01T00:00:00.005Z')
  for (const time of ['12/10/2018', '2018-13-10', '2018', 'now', -1, 1e18, new Date(Number.NaN), {}, '2018-12-10T25:00:00Z']) t.equal(at(time), undefined, String(time))
  t.equal(read({ email: 'me@example.com', _id: 'not-an-object-id' }).user?.createdAt, now)
})

t.test('seconds since 1970 are no milliseconds, as a number no more than as a text', async t => {
  for (const time of [1544405389, 1544405389.5, '1544405389', 0, '0']) {
    t.same(reasons({ lastLoginAt: time }), ['lastLoginAt: this is no time (ISO 8601, or milliseconds since 1970).'], String(time))
  }
  for (const time of [1544405389000, '1544405389000', 10_000_000_000, '10000000000']) t.equal(reasons({ lastLoginAt: time }), undefined, String(time))
})
