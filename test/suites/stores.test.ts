// The tests of the stores, in one process.
import { playFolder } from '../helpers/suite.js'

playFolder('stores')
