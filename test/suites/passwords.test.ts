// The tests of passwords, in one process.
import { playFolder } from '../helpers/suite.js'

playFolder('passwords')
