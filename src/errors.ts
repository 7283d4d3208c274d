// Every way the service says no: code → HTTP status and the sentence a stranger may read. The inner cause stays inside.

export const catalogue = {
  validation_failed: { status: 400, title: 'Bad request', detail: 'The request does not match its schema.' },
  malformed_request: { status: 400, title: 'Bad request', detail: 'This is not a request that HTTP/1.1 knows.' },
  host_missing: { status: 400, title: 'Bad request', detail: 'A request of HTTP/1.1 names its Host.' },
  malformed_body: { status: 400, title: 'Bad request', detail: 'The body could not be read as its content type says.' },
  invalid_cursor: { status: 400, title: 'Bad request', detail: 'The cursor does not belong to this list, sort and filter. Start again without it.' },
  token_invalid: { status: 400, title: 'Bad request', detail: 'This link is not valid, has expired or was used already. Ask for a new one.' },
  unauthorized: { status: 401, title: 'Unauthorized', detail: 'A Bearer token is needed.' },
  invalid_token: { status: 401, title: 'Unauthorized', detail: 'The access token is not valid here, or no longer.' },
  invalid_credentials: { status: 401, title: 'Unauthorized', detail: 'The name or the password is not right.' },
  refresh_invalid: { status: 401, title: 'Unauthorized', detail: 'This is not a refresh token of this service.' },
  refresh_expired: { status: 401, title: 'Unauthorized', detail: 'The session has expired. Log in again.' },
  refresh_reused: { status: 401, title: 'Unauthorized', detail: 'This refresh token was used before, so its session has been ended. Log in again.' },
  session_revoked: { status: 401, title: 'Unauthorized', detail: 'The session has ended. Log in again.' },
  wrong_password: { status: 403, title: 'Forbidden', detail: 'The current password is not right.', code: 'invalid_credentials' },
  account_disabled: { status: 403, title: 'Forbidden', detail: 'This account is disabled.' },
  email_not_verified: { status: 403, title: 'Forbidden', detail: 'The e-mail address of this account has not been verified yet.' },
  forbidden: { status: 403, title: 'Forbidden', detail: 'The role of this account is not enough for this.' },
  not_found: { status: 404, title: 'Not found', detail: 'There is nothing here under this address.' },
  method_not_allowed: { status: 405, title: 'Method not allowed', detail: 'This address does not take this method.' },
  request_timeout: { status: 408, title: 'Request timeout', detail: 'The request took too long to arrive.' },
  email_taken: { status: 409, title: 'Conflict', detail: 'An account with this e-mail address exists.' },
  username_taken: { status: 409, title: 'Conflict', detail: 'An account with this username exists.' },
  person_id_taken: { status: 409, title: 'Conflict', detail: 'A person with this personId exists.' },
  last_admin: { status: 409, title: 'Conflict', detail: 'This is the last admin. Make another account an admin first.' },
  version_mismatch: { status: 412, title: 'Precondition failed', detail: 'The person has changed since the version in If-Match. Read it again.' },
  body_too_large: { status: 413, title: 'Content too large', detail: 'The body is larger than this operation takes.' },
  uri_too_long: { status: 414, title: 'URI too long', detail: 'The address is longer than this service takes.' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type', detail: 'This operation takes application/json.' },
  expectation_failed: { status: 417, title: 'Expectation failed', detail: 'Of expectations only 100-continue is met here.' },
  weak_password: { status: 422, title: 'Unprocessable content', detail: 'The password does not meet the policy.' },
  too_many_attempts: { status: 429, title: 'Too many requests', detail: 'Too many tries. Wait as long as Retry-After says.' },
  headers_too_large: { status: 431, title: 'Request header fields too large', detail: 'The headers are larger than this service takes.' },
  internal: { status: 500, title: 'Internal server error', detail: 'Something went wrong here. The request id helps to find out what.' },
  busy: { status: 503, title: 'Service unavailable', detail: 'The service has more to do than it can. Try again as Retry-After says.' },
  store_unavailable: { status: 503, title: 'Service unavailable', detail: 'The database does not answer. Try again as Retry-After says.' }
} as const satisfies Record<string, { status: number, title: string, detail: string, code?: string }>

export type ErrorName = keyof typeof catalogue

/** One fault of the input: a JSON pointer into the body, or `?name` for the query, and a sentence. */
export interface FieldError { path: string, message: string }

export interface ServiceErrorOptions {
  /** What really happened. Goes to the log, never to the answer. */
  cause?: unknown
  /** The faults of the input, each with its path. */
  errors?: FieldError[]
  /** A sentence for the public in place of the catalogue's. */
  detail?: string
  /** Seconds after which trying again makes sense; sent as Retry-After. */
  retryAfterSeconds?: number
}

/** The only error that services and stores throw on purpose. `name` picks the row of the catalogue. */
export class ServiceError extends Error {
  readonly kind: ErrorName
  readonly status: number
  readonly code: string
  readonly errors: FieldError[] | undefined
  readonly retryAfterSeconds: number | undefined

  constructor (kind: ErrorName, options: ServiceErrorOptions = {}) {
    const entry = catalogue[kind]
    super(options.detail ?? entry.detail, 'cause' in options ? { cause: options.cause } : undefined)
    this.name = 'ServiceError'
    this.kind = kind
    this.status = entry.status
    this.code = 'code' in entry ? entry.code : kind
    this.errors = options.errors
    this.retryAfterSeconds = options.retryAfterSeconds ?? (entry.status === 503 ? 2 : undefined)
  }
}

/** Says whether `error` is the service's own refusal of one of these kinds. */
export function isServiceError (error: unknown, ...kinds: ErrorName[]): error is ServiceError {
  return error instanceof ServiceError && (kinds.length === 0 || kinds.includes(error.kind))
}
