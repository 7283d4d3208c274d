// The one error that calls reject with (an aborted call rejects with its signal's reason instead).
import type { ErrorCode, Problem } from './api-types.js'

/** Refusals that the client itself makes up: nothing answered, or something that is not this service (a proxy's page). */
type OwnCode = 'network_error' | 'unexpected_answer'

export interface ErrorParts extends Partial<Omit<Problem, 'code'>> {
  code: ErrorCode | OwnCode
  retryAfter?: number | undefined
  cause?: unknown
}

export class GatehouseError extends Error {
  /** Stable; switch on this. A newer service may send codes that this version does not list. */
  readonly code: ErrorCode | OwnCode | (string & {})
  /** Of HTTP; 0 where nothing answered. */
  readonly status: number
  /** The faults of the input: a JSON pointer or `?name`, and a sentence. */
  readonly errors: ReadonlyArray<{ path: string, message: string }>
  /** As the service's log names the request. */
  readonly requestId: string | undefined
  /** Seconds after which trying again makes sense. */
  readonly retryAfter: number | undefined

  constructor ({ code, status = 0, title, detail, errors = [], requestId, retryAfter, cause }: ErrorParts) {
    super(detail ?? title ?? code, { cause })
    this.name = 'GatehouseError'
    this.code = code
    this.status = status
    this.errors = errors
    this.requestId = requestId
    this.retryAfter = retryAfter
  }
}

/** What a refusal says, or `unexpected_answer` where it is not one of this service. */
export async function refusalOf (response: Response): Promise<GatehouseError> {
  const { status, headers } = response
  const body = await response.json().catch(() => null) as Problem | null
  const problem = typeof body?.code === 'string' ? body as Problem & { code: ErrorCode } : { code: 'unexpected_answer' as const }
  return new GatehouseError({ requestId: headers.get('x-request-id') ?? '', ...problem, status, retryAfter: secondsOf(headers.get('retry-after')) })
}

/** Retry-After in seconds, whether it came as those or as a date (RFC 9110 §10.2.3). */
function secondsOf (header: string | null): number | undefined {
  if (header === null) return undefined
  const seconds = Number(header)
  if (!Number.isNaN(seconds)) return seconds
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, (date - Date.now()) / 1000)
}
