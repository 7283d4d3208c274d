// The capacity model of docs/SCALE.md: what so many accounts ask of the service, of its database and of memory. Formulas only.

/** People of one habit. */
export interface Habit {
  name: string
  /** Of all accounts, 0 to 1. */
  share: number
  /** How often a day each opens the app, on average; at random (Poisson). */
  opensADay: number
}

export interface Assumptions {
  habits: readonly Habit[]
  /** How long the app stays open, in minutes, on average (exponential). */
  openMinutes: number
  /** Of the times the app is opened, how many end with a log-out. */
  logOutShare: number
  /** Reads of profile and persons each time the app is opened. What the app asks its own servers is not asked here: they verify tokens
   * by the published keys. */
  readsAnOpening: number
  /** The busiest minute of a day against the average one. */
  peak: number
  /** ACCESS_TOKEN_TTL in minutes, REFRESH_IDLE_TTL and REFRESH_MAX_TTL in days. */
  accessMinutes: number
  idleDays: number
  maxDays: number
}

export const assumptions: Assumptions = {
  habits: [
    { name: 'daily', share: 0.1, opensADay: 12 },
    { name: 'regular', share: 0.3, opensADay: 2 },
    { name: 'now and then', share: 0.6, opensADay: 0.1 }
  ],
  openMinutes: 6,
  logOutShare: 0.005,
  readsAnOpening: 2,
  peak: 1.8,
  accessMinutes: 10,
  idleDays: 30,
  maxDays: 90
}

const minutesADay = 1440

/** Events an account and day, on average. */
export interface Rates { opens: number, refreshes: number, logIns: number, logOuts: number }

/**
 * One habit's rates. With Poisson openings of rate r, the time since the last one exceeds t with probability e^(-rt), so an opening finds
 * an access token of life T too old with e^(-rT). While the app stays open (exponential, mean m), it refreshes 1 / (e^(T/m) - 1) times.
 * Before
 * an opening the session has gone with g = logOutShare + e^(-r · idleDays), or it has come to its end: after the log-in itself and
 * Poisson(r · maxDays) more. So a session serves (1 - (1 - g) · e^(-g · r · maxDays)) / g openings, and the next one is a log-in.
 */
export function ratesOf ({ opensADay }: Habit, { openMinutes, accessMinutes, logOutShare, idleDays, maxDays }: Assumptions): Rates {
  const stale = Math.exp(-opensADay * accessMinutes / minutesADay)
  const whileOpen = 1 / (Math.exp(accessMinutes / openMinutes) - 1)
  const gone = logOutShare + Math.exp(-opensADay * idleDays)
  const logInShare = gone / (1 - (1 - gone) * Math.exp(-gone * opensADay * maxDays))
  return { opens: opensADay, refreshes: opensADay * ((1 - logInShare) * stale + whileOpen), logIns: opensADay * logInShare, logOuts: opensADay * logOutShare }
}

export function ratesOfAll (model: Assumptions): Rates {
  const all: Rates = { opens: 0, refreshes: 0, logIns: 0, logOuts: 0 }
  for (const habit of model.habits) {
    const one = ratesOf(habit, model)
    for (const key of Object.keys(all) as Array<keyof Rates>) all[key] += one[key] * habit.share
  }
  return all
}

export type Store = 'sqlite' | 'mongodb'
/** Half of the reads are of the profile, half of a page of persons. */
export interface CoreRates { reads: number, refreshes: number, logIns: number }

/** What one part can do, as measured (docs/BENCH.md, bench/database-work.ts) or as it is sold. */
export interface Capacities {
  /** What a core of the service does a second, on each store. */
  core: Record<Store, CoreRates>
  /** How many times more CPU the mix of the model takes than its parts do alone (bench/mix.ts). */
  mixed: Record<Store, number>
  /** Commands that one primary takes a second, reads and writes together, of which so many writes at most. */
  commandsAPrimary: number
  writesAPrimary: number
  /** Durable writes a second of one SQLite file. */
  writesAFile: number
  /** Bytes of one entry of the deny-list, of an account and of a session with their indexes, and of an audit row. */
  denyBytes: number
  accountBytes: number
  sessionBytes: number
  auditBytes: number
}

/** Commands to MongoDB an operation, as bench/database-work.ts counts them. */
export const work = { read: { reads: 1, writes: 0 }, refresh: { reads: 1, writes: 1 }, logIn: { reads: 8, writes: 8 }, logOut: { reads: 0, writes: 2 } } as const

export interface Demand {
  readsASecond: number
  refreshesASecond: number
  logInsASecond: number
  logOutsASecond: number
  cores: Record<Store, number>
  reads: number
  writes: number
  denyListEntries: number
  denyListBytes: number
  accountsBytes: number
  sessionsBytes: number
  auditBytesADay: number
}

/** What `accounts` ask for in the busiest minute. `sessions`: live ones an account. */
export function demandOf (accounts: number, rates: Rates, model: Assumptions, can: Capacities, sessions = 1.2): Demand {
  const atPeak = (perDay: number): number => accounts * perDay / 86_400 * model.peak
  const [opens, refreshes, logIns, logOuts] = [atPeak(rates.opens), atPeak(rates.refreshes), atPeak(rates.logIns), atPeak(rates.logOuts)]
  const read = opens * model.readsAnOpening
  const coresOn = (store: Store): number => can.mixed[store] * (read / can.core[store].reads + refreshes / can.core[store].refreshes + logIns / can.core[store].logIns)
  const sum = (kind: 'reads' | 'writes'): number => read * work.read[kind] + refreshes * work.refresh[kind] + logIns * work.logIn[kind] + logOuts * work.logOut[kind]
  // Entries stay for the life of a token and the skew of clocks, a minute.
  const denyListEntries = logOuts * (model.accessMinutes + 1) * 60
  return {
    readsASecond: read,
    refreshesASecond: refreshes,
    logInsASecond: logIns,
    logOutsASecond: logOuts,
    cores: { sqlite: coresOn('sqlite'), mongodb: coresOn('mongodb') },
    reads: sum('reads'),
    writes: sum('writes'),
    denyListEntries,
    denyListBytes: denyListEntries * can.denyBytes,
    accountsBytes: accounts * can.accountBytes,
    sessionsBytes: accounts * sessions * can.sessionBytes,
    auditBytesADay: accounts * (rates.logIns + rates.logOuts) * can.auditBytes
  }
}

/** Measured on two shared cores (docs/BENCH.md, docs/SCALE.md); what a MongoDB primary takes is what its makers and clouds sell, to be replaced by a measurement of one's own. */
export const measured: Capacities = {
  core: {
    sqlite: { reads: 5900, refreshes: 2300, logIns: 25 },
    // By CPU a request: the database of the bench shares a core with the load, and some of these wait for it.
    mongodb: { reads: 700, refreshes: 600, logIns: 22 }
  },
  mixed: { sqlite: 1.49, mongodb: 1.34 },
  commandsAPrimary: 20_000,
  writesAPrimary: 8000,
  writesAFile: 6700,
  denyBytes: 142,
  accountBytes: 524,
  sessionBytes: 664,
  auditBytes: 528
}

/** A part that gives way: how many accounts it carries by the model. */
export interface Limit { part: string, accounts: number }

/** Where each part gives way as accounts grow, the first one first. Demands grow in proportion, so each limit is one division. */
export function limitsOf (model: Assumptions, can: Capacities): Limit[] {
  const rates = ratesOfAll(model)
  const million = 1_000_000
  const one = demandOf(million, rates, model, can)
  const GiB = 2 ** 30
  const scaled = (part: string, capacity: number, demand: number): Limit => ({ part, accounts: capacity / demand * million })
  return [
    scaled('one process on MongoDB: its core', 1, one.cores.mongodb),
    scaled('one process on SQLite: its core', 1, one.cores.sqlite),
    scaled('SQLite: durable writes of one file', can.writesAFile, one.writes),
    scaled('SQLite: a file of 100 GiB, audit of 90 days with it', 100 * GiB, one.accountsBytes + one.sessionsBytes + 90 * one.auditBytesADay),
    scaled('MongoDB: writes of one primary', can.writesAPrimary, one.writes),
    scaled('MongoDB: commands of one primary', can.commandsAPrimary, one.reads + one.writes),
    scaled('MongoDB: accounts and sessions in 256 GiB of memory', 256 * GiB, one.accountsBytes + one.sessionsBytes),
    scaled('deny-list of 256 MiB in every process', GiB / 4, one.denyListBytes)
  ].sort((a, b) => a.accounts - b.accounts)
}
