// What is taken for a secret by its shape.
import t from 'tap'
import { looksLikeData, looksLikeHash, looksSecret } from '../../src/imports/secret-shape.js'

const hashes = [
  '$2b$10$2WLRRE/IWW.1yXcEyt0sZeFS/257w6SAaigbMNMfcqX1JNZ1KKXGO', '$2x$10$2WLRRE/IWW.1yX', '$argon2i$v=19$m=4096,t=3,p=1$c29tZXNhbHQ$aGFzaA', '$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E',
  '$6$rounds=5000$salt$hash', '$P$B9xyzabcdefghijklmnop', '$pbkdf2-sha256$29000$x$yyyyyyyy', 'pbkdf2_sha256$600000$salt$aGFzaGFzaGFzaGFzaA', 'pbkdf2:sha256:260000$saltsalt$0123456789',
  'scrypt:32768:8:1$saltsalt$0123456789', 'sha1$salt$0123456789', '{SSHA}hash', '5f4dcc3b5aa765d61d8327deb882cf99', '*2470C0C06DEE42FD1618BBB99005ADCA2EC9D1E19',
  'W6ph5Mm5Pz8GgiULbPgzG37mj9g=', 'X03MO1qnZdYdgyfeuILPmQ==', 'someone:$2b$10$2WLRRE/IWW.1yX'
]
const harmless = ['someone@example.com', 'Ada Lovelace', 'O\'Neil-Smith', '5c0dc18d349bc9479600c171', '019350a4-5c1e-7b6a-9c4f-2f1d6c1a7e02', '2018-12-10T01:29:49Z', '+44 (0)20/79-46.00', '$5', 'a = b', '']

t.test('hashes of any make, and nothing that finds a row again', async t => {
  for (const text of hashes) t.ok(looksLikeHash(text) && looksSecret(text) && looksLikeData(text), text)
  for (const text of harmless) t.notOk(looksLikeHash(text) || looksSecret(text), text)
  t.ok(looksSecret('AQAAAAEAACcQAAAAEJ7XPFQ9BxXIqwUZzpYbBqw0Zr1a'))
})

t.test('the name of a column looks like none of a row\'s values', async t => {
  t.ok(looksLikeData('alice@example.com') && looksLikeData('alice@example.com|hunter2'))
  for (const name of ['email', 'E-Mail @ work', 'what_is_the_maiden_name_of_your_mother_please', 'createdAt', '']) t.notOk(looksLikeData(name), name)
})
