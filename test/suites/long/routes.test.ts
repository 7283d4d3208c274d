// The tests of the routes, in one process.
import { playFolder } from '../../helpers/suite.js'

playFolder('routes')
