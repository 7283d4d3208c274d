// One request to the service, repeated where that is safe and promising.
import { GatehouseError, refusalOf } from './error.js'
import { limited, sleep } from './surroundings.js'

export interface CallOptions { signal?: AbortSignal | undefined }

export interface Ask extends CallOptions {
  json?: unknown
  query?: object | undefined
  ifMatch?: number | string | undefined
  token?: string | undefined
  /** Milliseconds for one try. */
  timeout?: number
  /** The same for the one that no other follows, and from the third on. */
  lastTimeout?: number
  /** Whether to try again; left out, as far as the method and the refusal make it safe. */
  repeat?: boolean
  /** Milliseconds from the first try of which nobody knows what it did: a repeat that is put off begins within them, whatever Retry-After says. */
  within?: number
  /** Whether there is no more use in a repeat: asked before each. */
  isVain?: () => boolean
}

export interface TransportOptions {
  baseUrl: string
  fetch: typeof fetch
  retries: number
  maxRetryAfter: number
}

export type Send = <T>(method: string, path: string, ask?: Ask) => Promise<T>

export function createTransport ({ baseUrl, fetch, retries, maxRetryAfter }: TransportOptions): Send {
  async function ask<T> (method: string, path: string, asked: Ask, timeout: number | undefined): Promise<T> {
    const { signal, query = {} } = asked
    const address = baseUrl.replace(/\/+$/, '') + path + searchOf(query)
    async function fetched (signal: AbortSignal | undefined): Promise<T> {
      const response = await fetch(address, { method, signal: signal ?? null, ...contentOf(asked) })
      if (!response.ok) throw await refusalOf(response)
      return await bodyOf(response) as T
    }
    try {
      return await limited(fetched, signal, timeout)
    } catch (cause) {
      if (signal?.aborted === true) throw signal.reason
      throw cause instanceof GatehouseError ? cause : new GatehouseError({ code: 'network_error', detail: 'The service could not be reached.', cause })
    }
  }

  async function send<T> (method: string, path: string, asked: Ask = {}, tries = 0, unknownSince?: number): Promise<T> {
    const began = performance.now()
    try {
      return await ask<T>(method, path, asked, tries < Math.min(retries, 2) ? asked.timeout : asked.lastTimeout ?? asked.timeout)
    } catch (failure) {
      if (!(failure instanceof GatehouseError) || tries >= retries || !passes(failure)) throw failure
      if (!(asked.repeat ?? mayRepeat(method, asked, failure))) throw failure
      if (!didNothing(failure)) unknownSince ??= began
      const left = asked.within === undefined || unknownSince === undefined ? 0 : unknownSince + asked.within - performance.now()
      const wait = failure.retryAfter ?? 0.3 * 2 ** tries
      if (wait > maxRetryAfter && left <= 0) throw failure
      // A little more than was asked for, and not the same for all, so that many clients do not come back at one moment.
      const pause = wait * (1000 + Math.random() * 200)
      await sleep(left > 0 ? Math.min(pause, left) : pause, asked.signal)
      if (asked.isVain?.() === true) throw failure
    }
    return await send<T>(method, path, asked, tries + 1, unknownSince)
  }
  return send
}

async function bodyOf (response: Response): Promise<unknown> {
  const text = await response.text()
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch (cause) {
    // Such as the page of a hotel's network, which says 200 to everything.
    throw new GatehouseError({ code: 'unexpected_answer', status: response.status, cause })
  }
}

/** Whether the trouble may be over soon. */
function passes ({ status }: GatehouseError): boolean {
  return status === 0 || status === 429 || status >= 502
}

function didNothing ({ status, code }: GatehouseError): boolean {
  return status === 429 || code === 'busy'
}

/**
 * A refusal that says that nothing was done, or a method that may be repeated (RFC 9110 §9.2.2); that one not with If-Match, where the
 * repeat of a write whose answer was lost would be refused for the version that the write itself has made.
 */
function mayRepeat (method: string, { ifMatch }: Ask, failure: GatehouseError): boolean {
  return didNothing(failure) || (ifMatch === undefined && /^(GET|PUT|DELETE)$/.test(method))
}

function searchOf (query: object): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '').map(([name, value]): [string, string] => [name, String(value)])
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`
}

function contentOf ({ json, token, ifMatch }: Ask): { headers: Record<string, string>, body?: string } {
  const headers = {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(ifMatch !== undefined && { 'if-match': typeof ifMatch === 'number' ? `"${ifMatch}"` : ifMatch })
  }
  return json === undefined ? { headers } : { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(json) }
}
