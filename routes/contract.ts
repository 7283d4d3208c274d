// Small parts that the contracts of several routes share.

/** OpenAPI: this operation asks for a Bearer token. */
export const bearer = [{ bearer: [] }] as const

/** OpenAPI: an answer without a body. */
export const noContent = { type: 'null', description: 'Done' } as const

/** OpenAPI: it was asked for, and a mail is on its way where there is one to send. */
export const accepted = { type: 'null', description: 'Accepted' } as const

/** Answers that carry tokens or a profile are not to be kept (RFC 6749 §5.1). */
export const noStore = { 'cache-control': 'no-store' } as const
