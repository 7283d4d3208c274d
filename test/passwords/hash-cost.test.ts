// Which stored hashes are too dear to be run.
import t from 'tap'
import { argon2Parameters, costFault } from '../../src/passwords/hash-cost.js'
import { type PasswordHash, asPasswordHash, bcryptCost } from '../../src/passwords/password-hash.js'

function argon2Hash (parameters: string): PasswordHash {
  return asPasswordHash(`$argon2id$v=19$${parameters}$c29tZXNhbHRzb21lc2FsdA$YXNkZmFzZGZhc2RmYXNkZmFzZGZhc2RmYXNkZmFzZGY`) as PasswordHash
}
function bcryptHash (prefix: string, cost: string): PasswordHash {
  return asPasswordHash(`${prefix}${cost}$2WLRRE/IWW.1yXcEyt0sZeFS/257w6SAaigbMNMfcqX1JNZ1KKXGO`) as PasswordHash
}

t.test('the parameters of an argon2id hash are read, and a bcrypt hash has none', async t => {
  t.same(argon2Parameters(argon2Hash('m=19456,t=2,p=1')), { memoryKib: 19456, time: 2, parallelism: 1 })
  t.equal(argon2Parameters(bcryptHash('$2b$', '10')), null)
  t.equal(bcryptCost(bcryptHash('$2b$', '10')), 10)
  t.equal(bcryptCost(argon2Hash('m=19456,t=2,p=1')), null)
})

t.test('a hash within the ceilings may be run', async t => {
  for (const hash of [argon2Hash('m=19456,t=2,p=1'), argon2Hash('m=1048576,t=20,p=16'), bcryptHash('$2a$', '04'), bcryptHash('$2y$', '16')]) {
    t.equal(costFault(hash), null, hash)
  }
})

t.test('a hash above a ceiling, or with too little memory, says which', async t => {
  t.match(costFault(argon2Hash('m=1048577,t=2,p=1')), /m=1048577/)
  t.match(costFault(argon2Hash('m=19456,t=21,p=1')), /t=21/)
  t.match(costFault(argon2Hash('m=19456,t=2,p=17')), /p=17/)
  t.match(costFault(argon2Hash('m=15,t=1,p=2')), /8 KiB a lane/)
  t.match(costFault(bcryptHash('$2b$', '17')), /cost 17/)
})

t.test('only argon2id and bcrypt texts are password hashes', async t => {
  for (const text of ['', 'password', '$2x$10$2WLRRE/IWW.1yXcEyt0sZeFS/257w6SAaigbMNMfcqX1JNZ1KKXGO', '$2b$32$2WLRRE/IWW.1yXcEyt0sZeFS/257w6SAaigbMNMfcqX1JNZ1KKXGO',
    '$2b$10$short', '$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21l$YXNkZmFzZGZhc2RmYXNkZg', '5f4dcc3b5aa765d61d8327deb882cf99']) {
    t.equal(asPasswordHash(text), null, text)
  }
})
