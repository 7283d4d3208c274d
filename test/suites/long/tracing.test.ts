// The tests of traces, in one process.
import { playFolder } from '../../helpers/suite.js'

playFolder('tracing')
