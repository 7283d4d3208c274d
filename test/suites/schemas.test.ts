// The tests of the schemas, in one process.
import { playFolder } from '../helpers/suite.js'

playFolder('schemas')
