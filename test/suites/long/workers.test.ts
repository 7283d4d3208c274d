// The tests of several workers behind one port, in one process.
import { playFolder } from '../../helpers/suite.js'

playFolder('workers')
