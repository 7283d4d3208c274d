// The tests of the client, in one process.
import { playFolder } from '../../helpers/suite.js'

playFolder('client')
