// A real service on a port, and clients of it whose requests a test counts, holds up or answers itself.
import type { Test } from 'tap'
import { type Client, type ClientOptions, createClient } from '../../client/src/index.js'
import { createTestApp, type TestAppOptions } from '../helpers/app.js'
import { listen } from '../helpers/transports.js'

export const password = 'a fine password of the tests'
let made = 0

/** A fetch that notes what is asked and lets a test answer in the service's place. */
export function watchedFetch () {
  const asked: string[] = []
  const watched = {
    asked,
    /** How often this was asked. */
    count: (what: string): number => asked.filter((one) => one === what).length,
    /** Answers in place of the service, unless it answers undefined. */
    instead: undefined as ((what: string, init: RequestInit) => Response | Promise<Response> | undefined) | undefined,
    async fetch (input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
      const what = `${init.method ?? 'GET'} ${new URL(String(input)).pathname}`
      asked.push(what)
      return await (watched.instead?.(what, init) ?? fetch(input, init))
    }
  }
  return watched
}

export async function createService (t: Test, options: TestAppOptions = {}) {
  const { app, clock, client: inner } = await createTestApp(t, { ...options, environment: { THROTTLE: 'off', ...options.environment } })
  const baseUrl = await listen(app)

  /** A client with a watched fetch. */
  function clientOf (options: ClientOptions = {}) {
    const watched = watchedFetch()
    const client = createClient({ baseUrl, fetch: watched.fetch, ...options })
    t.teardown(() => { client.close() })
    return { client, watched }
  }

  return { app, clock, baseUrl, inner, clientOf, register }
}

/** Makes an account of its own and signs in. */
export async function register (client: Client): Promise<{ email: string, id: string }> {
  const email = `of-client-${process.pid}-${made += 1}@example.com`
  const user = await client.register({ email, password })
  if (user === null) throw new Error('registered, and not signed in')
  return { email, id: user.id }
}

/** An answer of the service that a test makes up. */
export function problem (status: number, code: string, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify({ type: 'about:blank', title: 'No', status, detail: 'No.', code, requestId: 'r' }), { status, headers: { 'content-type': 'application/problem+json', ...headers } })
}
