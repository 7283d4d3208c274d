// What has been revoked, as a program that verifies tokens follows it; for jose.mjs and fastify-jwt.mjs, and to take along.

/** Follows the list of the Gatehouse at `address`; `token` is its REVOCATIONS_TOKEN. */
export function createRevocations (address, token) {
  const sessions = new Map()
  const roles = new Map()
  let since = null

  async function page () {
    const query = since === null ? '' : `?since=${encodeURIComponent(since)}`
    const answer = await fetch(`${address}/revocations${query}`, { headers: { authorization: `Bearer ${token}` } })
    if (answer.status === 400 && since !== null) {
      // The service has another database than before, which knows no such place: from the beginning.
      since = null
      return await page()
    }
    if (!answer.ok) throw new Error(`/revocations answered ${answer.status}`)
    return await answer.json()
  }

  /** Every token that such an entry is about has expired. */
  function forget () {
    for (const entries of [sessions, roles]) {
      for (const [key, { forgetAt }] of entries) if (Date.parse(forgetAt) <= Date.now()) entries.delete(key)
    }
  }

  return {
    /** To be called before anybody is let in, and twice a second from then on. Rejects where the service does not answer; call it again. */
    async follow () {
      forget()
      for (let more = true; more;) {
        const { items, cursor, more: further } = await page()
        for (const item of items) {
          if (item.kind === 'session') sessions.set(item.sid, item)
          else roles.set(item.sub, item)
        }
        since = cursor
        more = further
      }
    },
    /** Whether a token with these claims counts no more. */
    denies ({ sid, sub, role }) {
      return sessions.has(sid) || (roles.has(sub) && roles.get(sub).role !== role)
    }
  }
}
