// The tests of small parts, which start in less time than a process does: folder after folder in one.
import { playFolder } from '../../helpers/suite.js'

playFolder('metrics')
playFolder('passwords')
playFolder('schemas')
playFolder('throttling')
playFolder('tokens')
