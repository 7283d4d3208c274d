// The tests of the metrics, in one process.
import { playFolder } from '../helpers/suite.js'

playFolder('metrics')
