// The checks of an access token that a signature does not make, one fault at a time; and the one spelling that is read.
import t from 'tap'
import { newId } from '../../src/ids.js'
import { checkClaims, claimsFor, isAlive, requiredClaims } from '../../src/tokens/access-token.js'
import { maxTokenCharacters, readTokenText } from '../../src/tokens/token-text.js'
import { encode } from './support.js'

const now = new Date('2026-03-01T12:00:00.900Z')
const iat = Math.floor(now.getTime() / 1000)
const rules = { issuer: 'https://id.example', audience: 'gatehouse', maxLifeSeconds: 600, now }
const header = { alg: 'EdDSA', typ: 'at+jwt', kid: 'k' }
const good = claimsFor({ issuer: rules.issuer, audience: rules.audience, userId: newId(), sessionId: newId(), role: 'client', now, lifeSeconds: 600 })

t.test('the claims of a new token are those of RFC 9068, and pass', async (t) => {
  t.same(Object.keys(good), ['iss', 'aud', 'sub', 'sid', 'role', 'iat', 'exp', 'jti'])
  t.same(requiredClaims.sort(), Object.keys(good).sort())
  t.equal(good.iat, iat)
  t.equal(good.exp, iat + 600)
  t.equal(checkClaims(good, header, rules), good)
})

t.test('the limits themselves pass', async (t) => {
  for (const [name, changed] of Object.entries({ 'iat five seconds ahead': { iat: iat + 5 }, 'one second of life left': { iat: iat - 599, exp: iat + 1 }, manager: { role: 'manager' }, admin: { role: 'admin' } })) {
    t.not(checkClaims({ ...good, ...changed }, header, rules), null, name)
  }
  t.ok(isAlive({ exp: iat + 1 }, now))
  t.notOk(isAlive({ exp: iat + 1 }, new Date((iat + 1) * 1000)), 'on exp it no longer counts')
})

const { jti: _jti, ...without } = good
const badClaims: Record<string, unknown> = {
  'null': null, 'an array': [good], 'a text': 'x', 'a missing jti': without, 'an unknown claim': { ...good, scope: 'all' }, 'nbf in the future': { ...good, nbf: iat + 60 },
  'an own __proto__': JSON.parse(`{"__proto__":{},${JSON.stringify(good).slice(1)}`), 'another iss': { ...good, iss: 'https://id.example/' }, 'iss as a list': { ...good, iss: [rules.issuer] },
  'aud as a list': { ...good, aud: [rules.audience] }, 'another aud': { ...good, aud: 'Gatehouse' }, 'another role': { ...good, role: 'root' }, 'role as a list': { ...good, role: ['admin'] },
  'an expired one': { ...good, iat: iat - 600, exp: iat }, 'exp as text': { ...good, exp: String(good.exp) }, 'exp infinite': { ...good, exp: Number.POSITIVE_INFINITY }, 'exp a fraction': { ...good, exp: good.exp - 0.5 },
  'exp too large': { ...good, exp: 2 ** 53 }, 'a longer life': { ...good, exp: good.exp + 1 }, 'exp before iat': { ...good, iat: iat + 5, exp: iat + 4 }, 'iat too far ahead': { ...good, iat: iat + 6, exp: iat + 60 },
  'iat negative': { ...good, iat: -1 }, 'iat as text': { ...good, iat: String(iat) }, 'sub as a number': { ...good, sub: 1 }, 'sub as UUIDv4': { ...good, sub: '3b241101-e2bb-4255-8caf-4136c566a962' },
  'sub in capitals': { ...good, sub: good.sub.toUpperCase() }, 'sub with a line end': { ...good, sub: `${good.sub}\n` }, 'sid empty': { ...good, sid: '' }, 'jti null': { ...good, jti: null }
}
const badHeaders: Record<string, unknown> = {
  'typ in capitals': { ...header, typ: 'AT+JWT' }, 'the long typ': { ...header, typ: 'application/at+jwt' }, 'typ JWT': { ...header, typ: 'JWT' }, 'no typ': { alg: 'EdDSA', kid: 'k' },
  'crit null': { ...header, crit: null }, 'an embedded jwk': { ...header, jwk: {} }, 'jku': { ...header, jku: 'https://evil.example' }, 'no kid': { alg: 'EdDSA', typ: 'at+jwt' }, 'kid empty': { ...header, kid: '' },
  'kid a number': { ...header, kid: 1 }, 'alg none': { ...header, alg: 'none' }, 'alg RS256': { ...header, alg: 'RS256' }, 'cty': { ...header, cty: 'JWT' }, 'null': null
}

t.test('a token is refused for each fault of its claims', async (t) => {
  for (const [name, payload] of Object.entries(badClaims)) t.equal(checkClaims(payload, header, rules), null, name)
})

t.test('a token is refused for each fault of its header', async (t) => {
  for (const [name, bad] of Object.entries(badHeaders)) t.equal(checkClaims(good, bad, rules), null, name)
})

t.test('only the spelling that this service writes is read', async (t) => {
  const h = encode(JSON.stringify(header))
  const p = encode(JSON.stringify(good))
  const s = encode(Buffer.alloc(64, 1))
  t.same(readTokenText(`${h}.${p}.${s}`), { header, payload: good })
  const spaced = encode(JSON.stringify(good).replace('{', '{ '))
  const twice = encode(JSON.stringify(good).replace('}', ',"role":"admin"}'))
  const escaped = encode(JSON.stringify(good).replace('client', 'clien\\u0074'))
  const exponent = encode(JSON.stringify(good).replace(String(good.exp), '1e400'))
  const refused = ['', '.', '..', h, `${h}.${p}`, `${h}.${p}.`, `${h}.${p}.${s}.`, `${h}.${p}.${s}.${s}.${s}`, `.${p}.${s}`, `${h}..${s}`, `${h}=.${p}.${s}`, `${h}.${p}.${s}=`, `${h}.${p}.${s.slice(0, -1)}B`, `${h}.${p}. ${s}`,
    `${h}.${spaced}.${s}`, `${h}.${twice}.${s}`, `${h}.${escaped}.${s}`, `${h}.${exponent}.${s}`, `${h}.${encode('{')}.${s}`, `${h}.${encode(Buffer.from([0x22, 0xff, 0x22]))}.${s}`, `${h}.${p}.${'A'.repeat(maxTokenCharacters)}`]
  for (const text of refused) t.equal(readTokenText(text), null, text.slice(-60))
})
