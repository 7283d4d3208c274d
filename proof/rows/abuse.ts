// SECURITY.md F: who asks for too much.
import type { Row } from '../row.js'
import { flood } from './flood.js'
import { forgotten } from './forgotten.js'
import { forwarded } from './forwarded.js'
import { guessing } from './guessing.js'

export const abuse: readonly Row[] = [flood, guessing, forwarded, forgotten]
