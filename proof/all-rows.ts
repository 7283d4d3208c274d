// Every row, in the order of the tables.
import type { Row } from './row.js'
import { abuse } from './rows/abuse.js'
import { dependencies } from './rows/dependencies.js'
import { exactlyOnce } from './rows/exactly-once.js'
import { hostileInput } from './rows/hostile-input.js'
import { nothingLost } from './rows/nothing-lost.js'
import { nothingTold } from './rows/nothing-told.js'

export const allRows: readonly Row[] = [...exactlyOnce, ...nothingLost, ...dependencies, ...hostileInput, ...nothingTold, ...abuse]
