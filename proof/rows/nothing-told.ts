// SECURITY.md E: what nobody is to learn.
import type { Row } from '../row.js'
import { canaries } from './canaries.js'
import { jwks } from './jwks.js'
import { timing } from './timing.js'

export const nothingTold: readonly Row[] = [timing, canaries, jwks]
