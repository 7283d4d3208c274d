// Which addresses are believed about others.
import t from 'tap'
import { createTrust } from '../../plugins/trust.js'

t.test('addresses of the networks that are named are trusted, in every spelling, and no others', async (t) => {
  const trusts = createTrust(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32'])
  for (const round of ['read', 'kept']) {
    for (const address of ['10.0.0.1', '10.255.255.255', '::ffff:10.1.2.3', '192.0.2.7', '2001:db8::1', '2001:0db8:0:0::1']) t.ok(trusts(address), `${address}, ${round}`)
    for (const address of ['11.0.0.1', '192.0.2.8', '2001:db9::1', '', 'localhost', '10.0.0.1, 192.0.2.7', '__proto__', '010.0.0.1x']) t.notOk(trusts(address), `${address}, ${round}`)
  }
})
