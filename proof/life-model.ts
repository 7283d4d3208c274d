// What an account's life must be, in as few words as it takes: the model that the service is held against (API.md section 2). Each
// function does what the service is to do and answers the status it is to give.

export interface Account { who: number, password: number, disabled: boolean, gone: boolean }
export interface Session { account: Account, counter: number, rotatedAt: number, usedAt: number, createdAt: number, ended: boolean, access: number[] }
/** Times are milliseconds of the clock that the commands move; a password is a number. */
export interface Model { now: number, accounts: Account[], sessions: Session[] }

const [idle, longest, grace, accessLife] = [30 * 86_400_000, 90 * 86_400_000, 10_000, 600_000]

export const find = ({ accounts }: Model, who: number): Account | undefined => accounts.find((account) => account.who === who && !account.gone)

function begin ({ now, sessions }: Model, account: Account): void {
  sessions.push({ account, counter: 0, rotatedAt: now, usedAt: now, createdAt: now, ended: false, access: [now] })
}

function endAll ({ sessions }: Model, account: Account, except?: Session): void {
  for (const session of sessions) session.ended ||= session.account === account && session !== except
}

export function register (model: Model, who: number): number {
  if (find(model, who) !== undefined) return 409
  const account = { who, password: 0, disabled: false, gone: false }
  model.accounts.push(account)
  begin(model, account)
  return 201
}

export function logIn (model: Model, who: number, password: number): number {
  const account = find(model, who)
  if (account?.password !== password) return 401
  if (account.disabled) return 403
  begin(model, account)
  return 200
}

/** With the refresh token that came `back` rotations before the newest. */
export function refresh ({ now }: Model, session: Session, back: number): number {
  if (session.ended || now >= Math.min(session.usedAt + idle, session.createdAt + longest)) return 401
  if (back > 1 || (back === 1 && now - session.rotatedAt > grace)) session.ended = true
  if (session.ended) return 401
  if (back === 0) Object.assign(session, { counter: session.counter + 1, rotatedAt: now, usedAt: now })
  session.access.push(now)
  return 200
}

/** An access token's times are whole seconds. */
export function use ({ now }: Model, { ended, access }: Session, index: number): number {
  return !ended && now < Math.floor(Number(access[index]) / 1000) * 1000 + accessLife ? 200 : 401
}

/** The rest is asked with the newest access token of a session; 401 where that is none any more. */
export function logOut (model: Model, session: Session): number {
  if (use(model, session, session.access.length - 1) === 401) return 401
  session.ended = true
  return 204
}

export function changePassword (model: Model, session: Session, current: number, next: number): number {
  if (use(model, session, session.access.length - 1) === 401) return 401
  if (session.account.password !== current) return 403
  session.account.password = next
  endAll(model, session.account, session)
  return 204
}

export function remove (model: Model, session: Session, password: number): number {
  if (use(model, session, session.access.length - 1) === 401) return 401
  if (session.account.password !== password) return 403
  session.account.gone = true
  endAll(model, session.account)
  return 204
}

export function setDisabled (model: Model, who: number, disabled: boolean): number {
  const account = find(model, who)
  if (account === undefined) return 404
  account.disabled = disabled
  if (disabled) endAll(model, account)
  return 200
}
