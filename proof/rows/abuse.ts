// SECURITY.md F: who asks for too much.
import { type Row } from '../row.js'
import { flood } from './flood.js'

export const abuse: readonly Row[] = [flood]
