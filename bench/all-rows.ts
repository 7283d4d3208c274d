// Every row, in the order of the document.
import type { Row } from './row.js'
import { flood } from './rows/flood.js'
import { reads } from './rows/reads.js'
import { scale } from './rows/scale.js'
import { start } from './rows/start.js'
import { workers } from './rows/workers.js'
import { writes } from './rows/writes.js'

export const allRows: readonly Row[] = [...reads, ...writes, flood, workers, scale, start]
