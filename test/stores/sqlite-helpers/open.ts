// Opens SQLite stores in a folder of their own.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteStores } from '../../../src/stores/sqlite/index.js'
import { openWriter } from '../../../src/stores/sqlite/write-loop.js'
import type { Stores } from '../../../src/stores/stores.js'
import type { Opened } from '../contract.js'

export interface Place { path: string, remove: () => void }

/** A path for a database in a new, empty folder. */
export function newPlace (): Place {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-sqlite-'))
  return { path: join(folder, 'store', 'gatehouse.db'), remove: () => { rmSync(folder, { recursive: true, force: true }) } }
}

export async function open (): Promise<Opened & { path: string }> {
  const { path, remove } = newPlace()
  const all: Stores[] = []
  const another = async (): Promise<Stores> => {
    const stores = await openSqliteStores({ path })
    all.push(stores)
    return stores
  }
  return {
    path,
    stores: await another(),
    another,
    empty: async () => {
      const db = openWriter(path)
      for (const { name } of db.all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'writes'")) db.run(`DELETE FROM ${name}`)
      db.close()
    },
    cleanup: async () => {
      await Promise.all(all.map(async stores => stores.close()))
      remove()
    }
  }
}
