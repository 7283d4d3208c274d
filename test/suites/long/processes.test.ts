// The tests of the service as a process, in one process.
import { playFolder } from '../../helpers/suite.js'

playFolder('processes')
