// The tests of the operator's command, in one process.
import { playFolder } from '../../helpers/suite.js'

playFolder('cli')
