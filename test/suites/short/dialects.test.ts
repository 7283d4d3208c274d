// The tests of the dialects, in one process.
import { playFolder } from '../../helpers/suite.js'

playFolder('routes/dialects')
