// The tests of throttling, in one process.
import { playFolder } from '../helpers/suite.js'

playFolder('throttling')
