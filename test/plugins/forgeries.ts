// Tokens that must be refused, each with one fault. The facts they start from make a token that passes.
import { createSecretKey, type KeyObject } from 'node:crypto'
import { newId } from '../../src/ids.js'
import type { KeyAlgorithm } from '../../src/stores/stores.js'
import { generatePrivateJwk, type KeyMaterial, keyMaterial } from '../../src/tokens/key-material.js'
import { encode, type Facts, forge, goodToken, signText } from '../tokens/support.js'

export interface ForgeryInput {
  facts: Facts
  /** The key that signs now. */
  key: KeyMaterial
  /** Retired and of this ring. */
  retired: KeyMaterial
  /** A key of the ring of another algorithm. */
  sibling: KeyMaterial
  refreshToken: string
  /** An address of which nobody may ask anything. */
  trapUrl: string
  /** By how many seconds a token is issued too far in the future. */
  aheadSeconds: number
}

/** Name → token. */
export function forgeries (input: ForgeryInput): Map<string, string> {
  const table = new Map<string, string>()
  for (const part of [headers, signatures, claims, times, texts]) for (const [name, token] of part(input)) table.set(name, token)
  return table
}

type Row = [name: string, token: string]

function algorithmOf (key: KeyObject): KeyAlgorithm {
  if (key.type === 'secret') return 'HS256'
  return key.asymmetricKeyType === 'ec' ? 'ES256' : 'EdDSA'
}

function withHeader ({ facts, key }: ForgeryInput, change: object | string, signer: KeyObject = key.privateKey): string {
  const { header, claims } = goodToken(facts)
  const changed = typeof change === 'string' ? change : { ...header, ...change }
  return forge(algorithmOf(signer), signer, changed, claims)
}

function withClaims ({ facts, key }: ForgeryInput, change: object | ((text: string) => string)): string {
  const { header, claims } = goodToken(facts)
  const payload = typeof change === 'function' ? change(JSON.stringify(claims)) : { ...claims, ...change }
  return forge(facts.algorithm, key.privateKey, header, payload)
}

function unsigned ({ facts }: ForgeryInput, alg: unknown, signature = ''): string {
  const { header, claims } = goodToken(facts)
  return `${encode(JSON.stringify({ ...header, alg }))}.${encode(JSON.stringify(claims))}.${signature}`
}

function * headers (input: ForgeryInput): Generator<Row> {
  const { facts, key, retired, sibling, trapUrl } = input
  for (const alg of ['none', 'None', 'NONE', 'nOnE', 'none ', '', null, 0, ['none'], {}]) {
    yield [`alg ${JSON.stringify(alg)}, no signature`, unsigned(input, alg)]
    yield [`alg ${JSON.stringify(alg)}, some signature`, unsigned(input, alg, 'AAAA')]
    yield [`alg ${JSON.stringify(alg)}, real signature`, withHeader(input, { alg })]
  }
  for (const alg of ['HS256', 'HS384', 'HS512', 'RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'ES256K', 'EdDSA', 'Ed25519', 'eddsa', 'es256', 'hs256']) {
    if (alg !== facts.algorithm) yield [`alg ${alg} over a signature of ${facts.algorithm}`, withHeader(input, { alg })]
  }
  for (const kid of ['', ' ', '__proto__', 'constructor', 'toString', '../../../dev/null', '/dev/null', 'file:///etc/passwd', "' OR 1=1 --", '{"$ne":null}', 'x'.repeat(1500), '\u0000', `${facts.kid} `, facts.kid.toLowerCase(), 'A'.repeat(43)]) {
    yield [`kid ${JSON.stringify(kid).slice(0, 30)}`, withHeader(input, { kid })]
  }
  yield ['kid of 10 KB', withHeader(input, { kid: 'x'.repeat(10_000) })]
  for (const kid of [null, 0, true, [facts.kid], { kid: facts.kid }, undefined]) yield [`kid ${JSON.stringify(kid)} of another type`, withHeader(input, { kid })]
  for (const typ of ['JWT', 'jwt', 'AT+JWT', 'at+JWT', 'application/at+jwt', 'at+jwt ', 'rt+jwt', 'id+jwt', '', null, 1, ['at+jwt'], undefined]) yield [`typ ${JSON.stringify(typ)}`, withHeader(input, { typ })]
  for (const crit of [[], ['exp'], ['alg'], ['b64'], ['x'], null, 'exp', {}, 1]) yield [`crit ${JSON.stringify(crit)}`, withHeader(input, { crit })]
  yield ['b64 false', withHeader(input, { b64: false, crit: ['b64'] })]
  yield ['cty JWT', withHeader(input, { cty: 'JWT' })]
  yield ['zip', withHeader(input, { zip: 'DEF' })]
  const own = keyMaterial('EdDSA', generatePrivateJwk('EdDSA'))
  yield ['embedded jwk, its kid', withHeader(input, { alg: 'EdDSA', jwk: own.publicJwk, kid: 'mine' }, own.privateKey)]
  yield ['embedded jwk, our kid', withHeader(input, { alg: 'EdDSA', jwk: own.publicJwk }, own.privateKey)]
  for (const member of ['jku', 'x5u']) yield [member, withHeader(input, { alg: 'EdDSA', [member]: trapUrl, kid: 'mine' }, own.privateKey)]
  yield ['x5c', withHeader(input, { alg: 'EdDSA', x5c: ['AAAA'] }, own.privateKey)]
  yield ['a jku beside a good signature', withHeader(input, { jku: trapUrl })]
  yield ["a stranger's key under our kid", withHeader(input, { alg: 'EdDSA' }, own.privateKey)]
  yield ["a retired key's", forge(retired.algorithm, retired.privateKey, { ...goodToken(facts).header, alg: retired.algorithm, kid: retired.kid }, goodToken(facts).claims)]
  yield ["another key's kid", forge(facts.algorithm, key.privateKey, { ...goodToken(facts).header, kid: sibling.kid }, goodToken(facts).claims)]
  yield ["another key's kid and algorithm", forge(facts.algorithm, key.privateKey, { ...goodToken(facts).header, kid: sibling.kid, alg: sibling.algorithm }, goodToken(facts).claims)]
  const { header } = goodToken(facts)
  yield ['a repeated alg', withHeader(input, JSON.stringify(header).replace('{', '{"alg":"none",'))]
  yield ['a repeated kid', withHeader(input, JSON.stringify(header).replace('{', '{"kid":"x",'))]
  yield ['header with white space', withHeader(input, JSON.stringify(header, null, 1))]
  for (const text of ['[]', 'null', '"x"', '1', '{', '', '{}']) yield [`header ${JSON.stringify(text)}`, withHeader(input, text)]
  yield * publicKeyAsSecret(input)
}

/** HS256 keyed with the public key, in every encoding in which a service might hold it (RFC 8725 §2.1). */
function * publicKeyAsSecret (input: ForgeryInput): Generator<Row> {
  const asymmetric = [input.key, input.sibling].find(({ algorithm }) => algorithm !== 'HS256')
  if (asymmetric === undefined) return
  const { publicKey, publicJwk, kid } = asymmetric
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const encodings: Record<string, string | Buffer> = {
    'PEM': pem, 'PEM without its last line end': pem.trimEnd(), 'PEM with CRLF': pem.replaceAll('\n', '\r\n'), 'DER': publicKey.export({ type: 'spki', format: 'der' }),
    'base64 of DER': publicKey.export({ type: 'spki', format: 'der' }).toString('base64'), 'JWK': JSON.stringify(publicKey.export({ format: 'jwk' })), 'published JWK': JSON.stringify(publicJwk),
    'x as text': String(publicJwk?.x), 'x as bytes': Buffer.from(String(publicJwk?.x), 'base64url'), 'kid': kid, 'nothing': ''
  }
  for (const [name, secret] of Object.entries(encodings)) yield [`HS256 keyed with the public key: ${name}`, withHeader(input, { alg: 'HS256', kid }, createSecretKey(Buffer.from(secret)))]
}

function * signatures (input: ForgeryInput): Generator<Row> {
  const good = withClaims(input, {})
  const [header = '', payload = '', signature = ''] = good.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  const signedBy = (content: string | Buffer) => `${header}.${payload}.${encode(content)}`
  yield ['no signature', `${header}.${payload}.`]
  yield ['two parts', `${header}.${payload}`]
  yield ['one part', header]
  yield ['four parts', `${good}.${signature}`]
  yield ['five parts', `${good}..`]
  yield ['empty header', `.${payload}.${signature}`]
  yield ['empty payload', `${header}..${signature}`]
  yield ['dots alone', '..']
  yield ['r = s = 0', signedBy(Buffer.alloc(64))]
  yield ['r = s = 0, in DER', signedBy(Buffer.from('3006020100020100', 'hex'))]
  yield ['all bits set', signedBy(Buffer.alloc(64, 0xff))]
  yield ['signature cut', signedBy(bytes.subarray(0, -1))]
  yield ['signature longer by one', signedBy(Buffer.concat([bytes, Buffer.of(0)]))]
  yield ['signature doubled', signedBy(Buffer.concat([bytes, bytes]))]
  yield ['one bit of the signature', signedBy(Buffer.from(bytes.map((byte, index) => index === 5 ? byte ^ 1 : byte)))]
  yield ['parts swapped', `${payload}.${header}.${signature}`]
  yield ['the signature of another token', `${header}.${payload}.${withClaims(input, {}).split('.')[2] ?? ''}`]
  yield ['signed without the dot', `${header}.${payload}.${signText(input.facts.algorithm, input.key.privateKey, header + payload)}`]
  yield ['another payload', `${header}.${encode(JSON.stringify({ ...goodToken(input.facts).claims, role: 'admin' }))}.${signature}`]
}

function * claims (input: ForgeryInput): Generator<Row> {
  const { facts } = input
  const ids: unknown[] = ['', 'me', 1, 0, null, true, [], [newId()], { $ne: null }, undefined, '3b241101-e2bb-4255-8caf-4136c566a962', newId().toUpperCase(), `${newId()}\n`, ` ${newId()}`, '__proto__']
  for (const claim of ['sub', 'sid', 'jti']) for (const id of ids) yield [`${claim} ${JSON.stringify(id)}`, withClaims(input, { [claim]: id })]
  for (const iss of [`${facts.issuer}/`, facts.issuer.toUpperCase(), 'https://evil.example', '', [facts.issuer], null, undefined, 1]) yield [`iss ${JSON.stringify(iss)}`, withClaims(input, { iss })]
  for (const aud of ['other', 'GATEHOUSE', '', [facts.audience], [facts.audience, 'other'], [], null, undefined, 1, { 0: facts.audience }]) yield [`aud ${JSON.stringify(aud)}`, withClaims(input, { aud })]
  for (const role of ['root', 'ADMIN', '', ['admin'], null, undefined, 2, 'client ', '__proto__']) yield [`role ${JSON.stringify(role)}`, withClaims(input, { role })]
  yield ['an unknown claim', withClaims(input, { admin: true })]
  yield ['a repeated role', withClaims(input, (text) => text.replace('}', ',"role":"admin"}'))]
  yield ['a repeated role, the good one last', withClaims(input, (text) => text.replace('{', '{"role":"admin",'))]
  yield ['a repeated sub, spelled with an escape', withClaims(input, (text) => text.replace('}', `,"s\\u0075b":"${newId()}"}`))]
  yield ['an own __proto__', withClaims(input, (text) => text.replace('{', '{"__proto__":{"role":"admin"},'))]
}

function * times (input: ForgeryInput): Generator<Row> {
  const now = Math.floor(input.facts.now.getTime() / 1000)
  const values: unknown[] = [0, -1, now, now - 1, String(now + 60), null, true, [], [now + 60], {}, undefined, now + 60.5, 2 ** 53, -(2 ** 60), '1e400', '']
  for (const exp of values) yield [`exp ${JSON.stringify(exp)}`, withClaims(input, { exp })]
  for (const text of ['1e400', '-1e400', '9e999', `${now + 60}.0`, `${now + 60}e0`, '9007199254740993']) yield [`exp ${text} as a number`, withClaims(input, (json) => json.replace(/"exp":\d+/, `"exp":${text}`))]
  for (const iat of [now + input.aheadSeconds, now + 3600, -1, String(now), null, true, [], [now], {}, undefined, now - 0.5, 2 ** 53]) yield [`iat ${JSON.stringify(iat)}`, withClaims(input, { iat, exp: now + 60 })]
  for (const nbf of [now + 60, now - 60, String(now), null, -1]) yield [`nbf ${JSON.stringify(nbf)}`, withClaims(input, { nbf })]
  yield ['a life one second too long', withClaims(input, { exp: now + 601 })]
  yield ['a life of a hundred years', withClaims(input, { exp: now + 3_153_600_000 })]
  yield ['ended before it began', withClaims(input, { iat: now + 4, exp: now + 3 })]
}

function * texts (input: ForgeryInput): Generator<Row> {
  const good = withClaims(input, {})
  const [header = '', payload = '', signature = ''] = good.split('.')
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const twin = [...alphabet].find((character) => character !== signature.at(-1) && Buffer.from(signature.slice(0, -1) + character, 'base64url').equals(Buffer.from(signature, 'base64url'))) ?? ''
  yield ['another spelling of the last character', `${header}.${payload}.${signature.slice(0, -1)}${twin}`]
  yield ['padded', `${header}.${payload}.${signature}==`]
  yield ['a refresh token', input.refreshToken]
  yield ['payload an array', withClaims(input, (text) => `[${text}]`)]
  for (const text of ['null', '"x"', '1', '{', '', '{}', '{"a":1}x']) yield [`payload ${JSON.stringify(text)}`, withClaims(input, () => text)]
  yield ['payload with white space', withClaims(input, (text) => ` ${text}`)]
  yield ['payload that is no UTF-8', forge(input.facts.algorithm, input.key.privateKey, goodToken(input.facts).header, '"\uFFFD"').replace(encode('"\uFFFD"'), encode(Buffer.from([0x22, 0xff, 0x22])))]
  yield ['a word', 'undefined']
  yield ['JSON serialisation (RFC 7515 §7.2)', JSON.stringify({ payload, protected: header, signature })]
  yield ['longer than 4 KiB', `${header}.${encode('x'.repeat(5000))}.${signature}`]
}
