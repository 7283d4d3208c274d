// The session of this client: its tokens, refreshed once for all that wait, in this tab and in all others.
import type { Tokens } from './api-types.js'
import { GatehouseError } from './error.js'
import { exclusively } from './exclusive.js'
import type { TokenStorage } from './storage.js'
import { sleep } from './surroundings.js'
import type { Send } from './transport.js'

/** Why a session is over: one of the codes of POST /refresh, or what this or another tab did. */
export type EndReason = 'logged_out' | 'refresh_invalid' | 'refresh_expired' | 'refresh_reused' | 'session_revoked'

/** `mark` tells which refresh token came with it. */
interface Access { token: string, sessionId: string, staleAt: number, diesAt: number, mark?: string | undefined }
type Message = { access: Access, hasBegun?: boolean | undefined } | { ended: string | undefined, reason: EndReason }

/** Only these say that a session is over; the last two, that what is stored has not even the form of a token. Whatever else goes wrong, it
 * lives and the token is kept. */
const endings = new Map<string, EndReason>([
  ...(['refresh_invalid', 'refresh_expired', 'refresh_reused', 'session_revoked'] as const).map((code) => [code, code] as const),
  ['validation_failed', 'refresh_invalid'],
  ['body_too_large', 'refresh_invalid']
])
/** One try of a refresh, in milliseconds, and how long after one that may have taken place its repeat begins at the latest: both short enough
 * that it falls into the service's grace (10 s), after which the token counts as stolen. The third try, or the last of fewer, has time: on a slow
 * line it is the one that brings the tokens, and no other comes after it within the grace. */
const refreshTimeout = 4000
const refreshWithin = 8500
const lastRefreshTimeout = 20_000
/** How long the lock is held after a refresh, so that the tabs that wait for it have heard of the new tokens when they get it. */
const linger = 100
/** How often a tab that sees another's refresh token looks, `linger` milliseconds apart, whether the access token has been told of as well.
 * It is turns that count and not the time: where a tab stood still, its timers come before its messages. */
const hearings = 10

export interface SessionOptions { send: Send, storage: TokenStorage, skew: number, onSignedIn (): void, onSignedOut (reason: EndReason): void }

export type Session = ReturnType<typeof createSession>

export function createSession ({ send, storage, skew, onSignedIn, onSignedOut }: SessionOptions) {
  let channel = storage.name === undefined || typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(storage.name)
  let signedIn = storage.get() !== null
  /** Which refresh token is the one of `access`; before there is one, which was stored. */
  let known = markOf(storage.get())
  let access: Access | undefined
  let lastEnded: string | undefined
  /** Counts endings, so that an answer that comes after one is known to be late. */
  let ended = 0
  let refreshing: Promise<void> | undefined
  let wake = (): void => undefined
  /** What the storage refused to keep (its quota, a browser's setting), for as long as this tab lives. */
  let unstored: string | null | undefined

  const stored = (): string | null => unstored === undefined ? storage.get() : unstored

  function store (refreshToken: string | null): void {
    try {
      storage.set(refreshToken)
      unstored = undefined
    } catch {
      unstored = refreshToken
    }
  }

  function adopt (next: Access, hasBegun?: boolean): void {
    const isNew = hasBegun ?? (!signedIn || (access !== undefined && access.sessionId !== next.sessionId))
    access = next
    known = next.mark ?? markOf(stored())
    signedIn = true
    wake()
    if (isNew) onSignedIn()
  }

  function forget (reason: EndReason): void {
    lastEnded = access?.sessionId ?? lastEnded
    access = undefined
    ended += 1
    wake()
    if (!signedIn) return
    signedIn = false
    onSignedOut(reason)
  }

  /** `hasBegun` where it is known that the tokens are those of a new session: what was kept before has often not been looked at. */
  function keep (tokens: Tokens, hasBegun?: boolean): void {
    const next = accessOf(tokens, skew)
    store(tokens.refreshToken)
    adopt(next, hasBegun)
    post({ access: next, hasBegun })
  }

  /** Ends the session, unless it is another one than this by now. */
  function end (reason: EndReason, id = access?.sessionId): void {
    if (access !== undefined && access.sessionId !== id) return
    store(null)
    post({ ended: access?.sessionId, reason })
    forget(reason)
  }

  function post (message: Message): void {
    channel?.postMessage(message)
  }

  if (channel !== undefined) {
    channel.onmessage = ({ data }: { data: unknown }) => {
      const message = data as Message
      if ('access' in message) {
        // A tab that was refreshing while another logged out.
        if (message.access.sessionId !== lastEnded) adopt(message.access, message.hasBegun)
      } else if (access === undefined || message.ended === undefined || message.ended === access.sessionId) {
        forget(message.reason)
      }
    }
    // In Node it would keep the process from ending.
    ;(channel as { unref?: () => void }).unref?.()
  }

  async function rotate (): Promise<void> {
    const refreshToken = stored()
    const stale = access
    const turn = ended
    const isVain = (): boolean => stored() !== refreshToken
    let successor: string | undefined
    let act = (): void => { forget('logged_out') }
    if (refreshToken !== null) {
      try {
        const tokens = await send<Tokens>('POST', '/refresh', { json: { refreshToken }, repeat: true, timeout: refreshTimeout, lastTimeout: lastRefreshTimeout, within: refreshWithin, isVain })
        successor = tokens?.refreshToken
        act = () => { keep(tokens) }
      } catch (error) {
        const reason = endings.get((error as GatehouseError).code)
        if (reason !== undefined) act = () => { end(reason) }
        // Where another one was quicker, its tokens do, and the old one would be taken for stolen.
        else if (!isVain()) throw error
      }
    }
    // Who logged out or in meanwhile has the last word.
    if (turn !== ended) return
    const now = stored()
    // Where no lock is shared another one may have been as quick: in the grace both are given the same successor.
    if (now === refreshToken || now === successor) act()
    else if (now === null) forget('logged_out')
    // The tokens of another log-in, which no channel has told of.
    else if (access === stale) await rotate()
  }

  /** Waits for tokens that are newer than now: from the service, or from a tab that was quicker. */
  async function refresh (): Promise<void> {
    const stale = access
    const turn = ended
    const isDone = (): boolean => access !== stale || ended !== turn
    const isToHear = (): boolean => channel !== undefined && !isDone() && markOf(stored()) !== known
    await new Promise<void>((resolve, reject) => {
      wake = () => { if (isDone()) resolve() }
      exclusively(storage.name ?? storage, async () => {
        for (let heard = 0; heard < hearings && isToHear(); heard += 1) await sleep(linger)
        if (isDone()) return
        await rotate()
        resolve()
        if (channel !== undefined) await sleep(linger)
      }).then(resolve, reject)
    })
  }

  return {
    get signedIn (): boolean { return signedIn },
    get id (): string | undefined { return access?.sessionId },
    keep,
    end,

    /** An access token that is not `refused`. Rejects with `unauthorized` when there is no session (any more). */
    async token (refused?: string): Promise<string> {
      if (access === undefined || access.token === refused || Date.now() >= access.staleAt) {
        try {
          if (signedIn || stored() !== null) await (refreshing ??= refresh().finally(() => { refreshing = undefined }))
        } catch (error) {
          // The service is out of reach; a token that is not dead yet may still do.
          if (access === undefined || access.token === refused || Date.now() >= access.diesAt) throw error
        }
      }
      if (access === undefined) throw new GatehouseError({ code: 'unauthorized', status: 401, detail: 'Nobody is signed in.' })
      return access.token
    },

    close (): void {
      channel?.close()
      // What is under way, or called later, has nobody to tell.
      channel = undefined
    }
  }
}

/** The end of a refresh token: enough to tell it from others, and no use to a thief. What was told names its token, since word by
 * BroadcastChannel often comes before localStorage shows another process's change. */
function markOf (refreshToken: string | null): string | undefined {
  return refreshToken?.slice(-9)
}

/** The access token of an answer, or `unexpected_answer`: a gateway may say 200 to everything, which must not take the place of what is kept. */
function accessOf (answer: unknown, skew: number): Access {
  try {
    const { accessToken, refreshToken, expiresIn } = answer as Tokens
    if (typeof refreshToken !== 'string') throw new TypeError('There is no refresh token in it.')
    const now = Date.now()
    return { token: accessToken, sessionId: sessionOf(accessToken), mark: markOf(refreshToken), staleAt: now + (expiresIn - Math.min(skew, expiresIn / 4)) * 1000, diesAt: now + expiresIn * 1000 }
  } catch (cause) {
    throw new GatehouseError({ code: 'unexpected_answer', status: 200, cause })
  }
}

/** The claim `sid`. It is read to recognise the session only; whether a token is genuine is the service's business. */
function sessionOf (token: string): string {
  const claims = token.replace(/^[^.]*\.|\.[^.]*$/g, '').replace(/-/g, '+').replace(/_/g, '/')
  return String((JSON.parse(atob(claims)) as { sid: unknown }).sid)
}
