// Makes a folder with those above it.
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * As mkdirSync with `recursive`, which never comes back where the folder above is there and answers ENOENT, as /proc does, and a /home that
 * an automounter keeps: it goes up to that one and down again without end. Throws as mkdirSync.
 */
export function makeFolder (path: string, mode = 0o777): void {
  try {
    mkdirSync(path, { mode })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !existsSync(dirname(path))) {
      makeFolder(dirname(path), mode)
      // From the start: somebody else may have made it meanwhile.
      makeFolder(path, mode)
    } else if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw error
  }
}
