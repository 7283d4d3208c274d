// Tokens verified before: what a hit still checks.
import t from 'tap'
import { newId } from '../../src/ids.js'
import { claimsFor } from '../../src/tokens/access-token.js'
import { createDenyList } from '../../src/tokens/deny-list.js'
import { createVerifiedTokens } from '../../src/tokens/verified-tokens.js'
import { createTestClock } from './support.js'

function build (max?: number) {
  const clock = createTestClock()
  const denyList = createDenyList({ accessTokenSeconds: 600, clock })
  const retired = new Set<string>()
  const tokens = createVerifiedTokens({ keyRing: { counts: (kid) => !retired.has(kid) }, denyList, clock, ...(max !== undefined && { max }) })
  const claims = () => claimsFor({ issuer: 'i', audience: 'a', userId: newId(), sessionId: newId(), role: 'client', now: clock(), lifeSeconds: 600 })
  return { clock, denyList, retired, tokens, claims }
}

t.test('a token is found by its exact text while it counts', async (t) => {
  const { tokens, claims, clock } = build()
  const mine = claims()
  t.equal(tokens.find('text'), undefined)
  t.equal(tokens.keep('text', 'kid', mine), mine)
  t.equal(tokens.find('text'), mine)
  t.equal(tokens.find('text '), undefined)
  t.same(tokens.stats(), { size: 1, hits: 1, misses: 2 })
  clock.advance(600)
  t.equal(tokens.find('text'), null, 'expired')
})

t.test('a hit is refused once its session ended, its role changed or its key retired', async (t) => {
  const { tokens, claims, clock, denyList, retired } = build()
  const [ended, promoted, orphaned] = [claims(), claims(), claims()]
  tokens.keep('ended', 'kid', ended)
  tokens.keep('promoted', 'kid', promoted)
  tokens.keep('orphaned', 'old', orphaned)
  denyList.add({ kind: 'session', sessionId: ended.sid, at: clock() })
  denyList.add({ kind: 'role', userId: promoted.sub, role: 'admin', at: clock() })
  retired.add('old')
  for (const text of ['ended', 'promoted', 'orphaned']) t.equal(tokens.find(text), null, text)
})

t.test('a token that does not count is not kept', async (t) => {
  const { tokens, claims, clock, denyList } = build()
  const ended = claims()
  denyList.add({ kind: 'session', sessionId: ended.sid, at: clock() })
  t.equal(tokens.keep('ended', 'kid', ended), null)
  t.equal(tokens.size, 0)
})

t.test('the number of tokens is bounded, the longest unused goes first', async (t) => {
  const { tokens, claims } = build(2)
  for (const text of ['a', 'b']) tokens.keep(text, 'kid', claims())
  tokens.find('a')
  tokens.keep('c', 'kid', claims())
  t.equal(tokens.size, 2)
  t.not(tokens.find('a'), undefined)
  t.equal(tokens.find('b'), undefined)
})
