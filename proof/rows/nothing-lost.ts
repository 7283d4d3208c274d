// SECURITY.md B: what was acknowledged outlives whatever happens to the process.
import type { Row } from '../row.js'
import { storeCopy } from './copy.js'
import { crashes } from './crashes.js'
import { diskFull } from './disk.js'
import { kill } from './kill.js'
import { restart, terminate } from './stop.js'

export const nothingLost: readonly Row[] = [kill, restart, terminate, diskFull, storeCopy, crashes]
