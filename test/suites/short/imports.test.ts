// The tests of imports, in one process.
import { playFolder } from '../../helpers/suite.js'

playFolder('imports')
