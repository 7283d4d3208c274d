// The tests of the service as a whole, in one process.
import { playFolder } from '../../helpers/suite.js'

playFolder('.')
