// Looks whether a database file is whole, on a connection that cannot write.
import { type EngineReport, type CheckOptions, findingOf } from '../check.js'
import { type Connection, openConnection } from './connection.js'
import { migrate, migrations, versionOf } from './migrations.js'
import { keyOf, type KeyRow } from './signing-keys.js'
import { tables } from './transfer-tables.js'

const mostFaults = 20
const busyMilliseconds = 5000

export function checkSqliteFile (path: string, { full }: CheckOptions): EngineReport {
  const report: EngineReport = { engine: 'sqlite', findings: [], counts: {}, signingKeys: [] }
  let db: Connection | undefined
  try {
    db = openConnection(path, { readOnly: true, busyMilliseconds })
    examine(db, full, report)
  } catch (error) {
    report.findings.push({ check: 'readable', result: 'failed', detail: (error as Error).message })
  } finally {
    db?.close()
  }
  return report
}

function examine (db: Connection, full: boolean, { findings, counts, signingKeys }: EngineReport): void {
  const name = full ? 'integrity_check' : 'quick_check'
  const lines = db.all<Record<string, string>>(`PRAGMA ${name}(${String(mostFaults)})`).flatMap((row) => Object.values(row))
  findings.push(findingOf('pages', lines.filter((line) => line !== 'ok'), `PRAGMA ${name}`))
  const strays = db.all<{ table: string, parent: string }>('PRAGMA foreign_key_check')
  findings.push(findingOf('references', strays.map(({ table, parent }) => `a row of ${table} has none in ${parent}`), 'PRAGMA foreign_key_check'))

  const version = versionOf(db)
  const migrated = version === migrations.length ? [] : [`version ${String(version)}, where this program knows ${String(migrations.length)}${version < migrations.length ? ': the next start of the service brings it up to date' : ': a newer one wrote it'}`]
  findings.push(findingOf('migrations', migrated, `version ${String(version)}`))
  if (migrated.length > 0) return
  findings.push(findingOf('tables and indexes', missingFrom(db), 'as this program makes them'))
  for (const table of new Set(Object.values(tables).map(({ name }) => name))) counts[table] = db.count(`SELECT count(*) AS found FROM ${table}`)
  signingKeys.push(...db.all<KeyRow>('SELECT * FROM signing_keys ORDER BY created_at, kid').map(keyOf))
}

/** What the migrations make and the file does not have, or has otherwise. */
function missingFrom (db: Connection): string[] {
  const empty = openConnection(':memory:', { readOnly: false, busyMilliseconds })
  try {
    migrate(empty)
    const there = new Map(partsOf(db).map(({ name, sql }) => [name, sql]))
    return partsOf(empty).filter(({ name, sql }) => there.get(name) !== sql).map(({ type, name }) => `the ${type} ${name} is ${there.has(name) ? 'another' : 'missing'}`)
  } finally {
    empty.close()
  }
}

function partsOf (db: Connection): Array<{ type: string, name: string, sql: string }> {
  return db.all('SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name')
}
