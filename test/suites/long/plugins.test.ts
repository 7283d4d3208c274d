// The tests of the plugins, in one process.
import { playFolder } from '../../helpers/suite.js'

playFolder('plugins')
