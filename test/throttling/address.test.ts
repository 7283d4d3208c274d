// What counts as one address, and as one network.
import t from 'tap'
import { addressKey, networkKey, noAddress, withoutPort } from '../../src/throttling/address.js'

const rows: ReadonlyArray<readonly [text: string, key: string, network: string | null]> = [
  ['192.0.2.7', '192.0.2.7', '192.0.2.0/24'],
  ['::ffff:192.0.2.7', '192.0.2.7', '192.0.2.0/24'],
  ['::FFFF:c000:0207', '192.0.2.7', '192.0.2.0/24'],
  ['0:0:0:0:0:ffff:192.0.2.7', '192.0.2.7', '192.0.2.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64', '2001:db8:1::/48'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64', '2001:db8:1::/48'],
  ['2001:db8::192.0.2.7', '2001:db8:0:0::/64', '2001:db8:0::/48'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64', 'fe80:0:0::/48'],
  ['::1', '0:0:0:0::/64', '0:0:0::/48'],
  ['::', '0:0:0:0::/64', '0:0:0::/48'],
  ['2001:db8:1:2::', '2001:db8:1:2::/64', '2001:db8:1::/48'],
  ['', noAddress, null],
  ['unknown', noAddress, null],
  ['_hidden', noAddress, null],
  ['192.0.2.07', noAddress, null],
  ['192.0.2', noAddress, null],
  ['[nonsense]:1', noAddress, null],
  ['2001:db8::1::2', noAddress, null]
]

for (const [text, key, network] of rows) {
  t.test(`${JSON.stringify(text)} counts as ${key}, in ${network ?? 'no network'}`, async (t) => {
    t.equal(addressKey(text), key)
    t.equal(networkKey(text), network)
  })
}

t.test('who has no address at all counts with those who have none that can be read', async (t) => {
  t.equal(addressKey(null), noAddress)
  t.equal(networkKey(null), null)
})

t.test('neighbours in a /64 are one, neighbours in a /48 are not', async (t) => {
  t.equal(addressKey('2001:db8:1:2:ffff::1'), addressKey('2001:db8:1:2::2'))
  t.not(addressKey('2001:db8:1:3::1'), addressKey('2001:db8:1:2::1'))
  t.equal(networkKey('2001:db8:1:3::1'), networkKey('2001:db8:1:2::1'))
  t.not(networkKey('2001:db8:2:3::1'), networkKey('2001:db8:1:3::1'))
})

t.test('more addresses than are kept in mind are counted no differently', async (t) => {
  for (let index = 0; index < 25_000; index += 1) addressKey(`2001:db8:${index.toString(16)}::1`)
  for (const [text, key] of rows) t.equal(addressKey(text), key)
})

t.test('a port is taken off an address, and nothing off what is none', async (t) => {
  const written: ReadonlyArray<readonly [text: string, bare: string]> = [
    ['192.0.2.7:4711', '192.0.2.7'], ['192.0.2.7', '192.0.2.7'],
    ['[2001:db8::9]:443', '2001:db8::9'], ['[2001:db8::9]', '2001:db8::9'], ['[::ffff:192.0.2.7]:443', '::ffff:192.0.2.7'], ['[fe80::1%eth0]:443', 'fe80::1%eth0'],
    // The last colon of a bare IPv6 address begins a group, whatever it looks like.
    ['2001:db8::443', '2001:db8::443'], ['2001:db8:1:2:3:4:5:443', '2001:db8:1:2:3:4:5:443'], ['::1', '::1'], ['::ffff:192.0.2.7', '::ffff:192.0.2.7']
  ]
  for (const [text, bare] of written) t.equal(withoutPort(text), bare, text)
  const nonsense = ['', 'unknown', '_hidden:4711', 'client.example:4711', '192.0.2.7:', '192.0.2.7:x', '192.0.2.7:123456', '192.0.2:80', '192.0.2.7:1:2', '[nonsense]:1', '[]:1', '[2001:db8::9', '[2001:db8::9]443', '[2001:db8::9]:']
  for (const text of nonsense) t.equal(withoutPort(text), text, text)
})
