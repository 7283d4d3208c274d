// The tests of tokens, in one process.
import { playFolder } from '../helpers/suite.js'

playFolder('tokens')
