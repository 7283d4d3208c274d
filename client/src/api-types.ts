// The types of the API, out of openapi.yaml: npm run client:types. Not to be edited; long, since it is all of them.

/** RFC 9457 problem details */
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  /** Stable; what clients switch on */
  code: string
  /** As in the header x-request-id and in the log */
  requestId: string
  errors?: Array<{
    /** JSON pointer into the body, or `?name` for the query */
    path: string
    message: string
  }>
}

/** An account */
export interface User {
  /** UUIDv7 */
  id: string
  /** At most 254 characters without the white space around it */
  email: string | null
  emailVerified: boolean
  /** Unique ignoring case */
  username: string | null
  firstName: string | null
  lastName: string | null
  phone: string | null
  role: 'client' | 'manager' | 'admin'
  /** RFC 3339, UTC, milliseconds */
  createdAt: string
  /** RFC 3339, UTC, milliseconds */
  updatedAt: string
  /** RFC 3339, UTC, milliseconds */
  lastLoginAt: string | null
}

export interface Registration {
  /** At most 254 characters without the white space around it */
  email: string
  /** 8 to 256 code points, not a common one */
  password: string
  /** Unique ignoring case */
  username?: string
  firstName?: string
  lastName?: string
  phone?: string
}

/** The password with either the e-mail or the username */
export type Login = {
  /** At most 254 characters without the white space around it */
  email?: string
  username?: string
  password: string
}

/** `null` removes */
export interface ProfilePatch {
  /** Unique ignoring case */
  username?: string | null
  firstName?: string | null
  lastName?: string | null
  phone?: string | null
}

export interface PasswordChange {
  currentPassword: string
  /** 8 to 256 code points, not a common one */
  newPassword: string
}

export interface PasswordProof {
  password: string
}

export interface SignedIn {
  user: User
  /** JWT, `typ: at+jwt` (RFC 9068) */
  accessToken: string
  /** Opaque; replaced at each use */
  refreshToken: string
  tokenType: 'Bearer'
  /** Seconds that the access token lives */
  expiresIn: number
}

export interface Tokens {
  /** JWT, `typ: at+jwt` (RFC 9068) */
  accessToken: string
  /** Opaque; replaced at each use */
  refreshToken: string
  tokenType: 'Bearer'
  /** Seconds that the access token lives */
  expiresIn: number
}

export interface Refresh {
  refreshToken: string
}

/** Follow the link in the mail */
export interface VerificationSent {
  status: 'verification_sent'
}

export interface ForgotPassword {
  /** At most 254 characters without the white space around it */
  email: string
}

export interface PasswordReset {
  /** What stands behind `#token=` in the link */
  token: string
  /** 8 to 256 code points, not a common one */
  password: string
}

export interface EmailProof {
  /** What stands behind `#token=` in the link */
  token: string
}

export interface EmailChange {
  /** At most 254 characters without the white space around it */
  email: string
  password: string
}

/** One log-in on one device */
export interface Session {
  /** UUIDv7 */
  id: string
  /** The session of the token that asked */
  current: boolean
  /** RFC 3339, UTC, milliseconds */
  createdAt: string
  /** RFC 3339, UTC, milliseconds */
  lastUsedAt: string
  /** RFC 3339, UTC, milliseconds */
  expiresAt: string
  ip: string | null
  userAgent: string | null
}

export interface SessionList {
  items: Array<Session>
}

export interface Person {
  /** UUIDv7 */
  id: string
  /** The business key, unique */
  personId: string
  name: string
  /** At most 254 characters without the white space around it */
  email: string | null
  age: number | null
  /** RFC 3339, UTC, milliseconds */
  createdAt: string
  /** RFC 3339, UTC, milliseconds */
  updatedAt: string
  /** One more with every write; in quotes, the ETag */
  version: number
}

export interface PersonPage {
  items: Array<Person>
  /** null on the last page; a page with fewer items than asked for need not be the last */
  nextCursor: string | null
  total?: number
  /** True where there are more than `total`, or may be: what is searched for is counted up to 1000, and not through all of a large table */
  totalIsMinimum?: boolean
}

export interface PersonBody {
  /** The business key, unique */
  personId?: string
  name: string
  /** At most 254 characters without the white space around it */
  email?: string | null
  age?: number | null
}

/** What is left out stays, `null` removes */
export interface PersonPatch {
  /** The business key, unique */
  personId?: string
  name?: string
  /** At most 254 characters without the white space around it */
  email?: string | null
  age?: number | null
}

/** An account as an admin sees it */
export interface UserForAdmin {
  /** UUIDv7 */
  id: string
  /** At most 254 characters without the white space around it */
  email: string | null
  emailVerified: boolean
  /** Unique ignoring case */
  username: string | null
  firstName: string | null
  lastName: string | null
  phone: string | null
  role: 'client' | 'manager' | 'admin'
  /** RFC 3339, UTC, milliseconds */
  createdAt: string
  /** RFC 3339, UTC, milliseconds */
  updatedAt: string
  /** RFC 3339, UTC, milliseconds */
  lastLoginAt: string | null
  /** A disabled account cannot log in */
  disabled: boolean
}

export interface UserPage {
  items: Array<UserForAdmin>
  /** null on the last page; a page with fewer items than asked for need not be the last */
  nextCursor: string | null
  total?: number
  /** True where there are more than `total`, or may be: what is searched for is counted up to 1000, and not through all of a large table */
  totalIsMinimum?: boolean
}

/** What is left out stays */
export interface UserPatch {
  role?: 'client' | 'manager' | 'admin'
  /** A disabled account cannot log in */
  disabled?: boolean
  /** Whether the address counts as proved */
  emailVerified?: boolean
}

/** A line of the audit log */
export interface AuditEntry {
  /** UUIDv7 */
  id: string
  /** RFC 3339, UTC, milliseconds */
  at: string
  /** A name of the OWASP Logging Vocabulary */
  event: string
  /** About whom */
  userId: string | null
  /** Who did it, where that is somebody else */
  actorId: string | null
  ip: string | null
  userAgent: string | null
  /** Further facts, never a secret */
  detail: Record<string, string | number | boolean | null>
}

export interface AuditPage {
  items: Array<AuditEntry>
  /** null on the last page; a page with fewer items than asked for need not be the last */
  nextCursor: string | null
  total?: number
}

/** Tokens that are not to count any more */
export interface Revocation {
  /** `session`: refuse every token with this `sid`. `role`: refuse every token with this `sub` and another `role` */
  kind: 'session' | 'role'
  /** UUIDv7 */
  sid?: string
  /** UUIDv7 */
  sub?: string
  role?: 'client' | 'manager' | 'admin'
  /** RFC 3339, UTC, milliseconds */
  at: string
  /** From then on no token is left that this is about */
  forgetAt: string
}

export interface RevocationPage {
  items: Array<Revocation>
  /** `since` of the next request */
  cursor: string
  /** Whether to ask again at once */
  more: boolean
}

/** JSON Web Key Set */
export interface GetJwksAnswer {
  keys: Array<{
    kty: string
    crv: string
    x: string
    /** Of EC keys only */
    y?: string
    use: 'sig'
    alg: string
    /** RFC 7638 thumbprint */
    kid: string
  }>
}

export interface ListRevocationsQuery {
  /** `cursor` of the answer before, or a time (RFC 3339). Without it: all that any token could still carry */
  since?: string
  /** How many items at most */
  limit?: number
}

/** It runs */
export interface GetLivenessAnswer {
  status: 'live'
}

/** It can */
export interface GetReadinessAnswer {
  status: 'ready'
  store: 'sqlite' | 'mongodb'
  /** What whoever runs the service should see to */
  warnings: Array<string>
}

export interface EndSessionsQuery {
  /** Spare the session of the token */
  keep?: 'current'
}

export interface ListPersonsQuery {
  /** How many items at most */
  limit?: number
  /** `nextCursor` of the page before, with the same sort and filter */
  cursor?: string
  /** Also count all that match */
  total?: boolean
  /** Prefix of name, e-mail or personId, ignoring case */
  q?: string
  minAge?: number
  maxAge?: number
  sort?: 'name' | '-name' | 'age' | '-age' | 'createdAt' | '-createdAt'
}

export interface ListUsersQuery {
  /** How many items at most */
  limit?: number
  /** `nextCursor` of the page before, with the same sort and filter */
  cursor?: string
  /** Also count all that match */
  total?: boolean
  /** Prefix of e-mail, username, first or last name, ignoring case */
  q?: string
  role?: 'client' | 'manager' | 'admin'
  /** A disabled account cannot log in */
  disabled?: boolean
}

export interface ListAuditQuery {
  /** How many items at most */
  limit?: number
  /** `nextCursor` of the page before, with the same sort and filter */
  cursor?: string
  /** Also count all that match */
  total?: boolean
  /** UUIDv7 */
  userId?: string
  /** A name of the OWASP Logging Vocabulary */
  event?: string
  /** RFC 3339, UTC, milliseconds */
  since?: string
}

/** Every `code` of a refusal. */
export type ErrorCode =
  | 'account_disabled'
  | 'body_too_large'
  | 'busy'
  | 'email_not_verified'
  | 'email_taken'
  | 'expectation_failed'
  | 'forbidden'
  | 'headers_too_large'
  | 'internal'
  | 'invalid_credentials'
  | 'invalid_cursor'
  | 'invalid_token'
  | 'last_admin'
  | 'malformed_body'
  | 'not_found'
  | 'person_id_taken'
  | 'refresh_expired'
  | 'refresh_invalid'
  | 'refresh_reused'
  | 'request_timeout'
  | 'session_revoked'
  | 'store_unavailable'
  | 'token_invalid'
  | 'too_many_attempts'
  | 'unauthorized'
  | 'unsupported_media_type'
  | 'uri_too_long'
  | 'username_taken'
  | 'validation_failed'
  | 'version_mismatch'
  | 'weak_password'
