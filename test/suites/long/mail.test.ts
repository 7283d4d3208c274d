// The tests of mail, in one process.
import { playFolder } from '../../helpers/suite.js'

playFolder('mail')
