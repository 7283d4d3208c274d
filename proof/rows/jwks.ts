// SECURITY.md E: the published keys.
import { calculateJwkThumbprint, createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { type Row, stores } from '../row.js'

const publicMembers = new Set(['kty', 'crv', 'x', 'y', 'use', 'alg', 'kid'])

export const jwks: Row = {
  section: 'E',
  name: 'jwks',
  title: 'GET /.well-known/jwks.json with keys of both kinds in the ring, after a rotation',
  asked: 'no private member; kid = RFC 7638 thumbprint; verifies a live token of each with jose',
  stores,
  async run (scene) {
    const tokens: string[] = []
    let set: JSONWebKeySet = { keys: [] }
    for (const algorithm of ['EdDSA', 'ES256', 'EdDSA']) {
      await scene.operate(['keys', 'rotate', '--now'], '', { JWT_ALGORITHM: algorithm })
      const { client, stop } = await scene.start({ JWT_ALGORITHM: algorithm })
      tokens.push((await client.register()).accessToken)
      set = (await client.get('/.well-known/jwks.json')).body as unknown as JSONWebKeySet
      await stop()
    }
    const told = set.keys.flatMap((key) => Object.keys(key)).filter((name) => !publicMembers.has(name))
    const thumbprints = await Promise.all(set.keys.map(async (key) => await calculateJwkThumbprint(key) === key.kid))
    const keys = createLocalJWKSet(set)
    const verified = await Promise.all(tokens.map(async (token) =>
      await jwtVerify(token, keys, { audience: 'gatehouse', typ: 'at+jwt' }).then(() => true, () => false)))
    const forged = await jwtVerify(`${String(tokens[0]).slice(0, -4)}AAAA`, keys).then(() => true, () => false)
    const count = (some: readonly boolean[]): string => `${some.filter(Boolean).length} of ${some.length}`
    return {
      passed: told.length === 0 && set.keys.length >= tokens.length && thumbprints.every(Boolean) && verified.every(Boolean) && !forged,
      figure: `${told.length} private members; ${count(thumbprints)} kids are thumbprints; ${count(verified)} tokens verify, ${forged ? 'and so does a forged one' : 'a forged one does not'}`
    }
  }
}
