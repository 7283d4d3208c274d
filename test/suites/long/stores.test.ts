// The tests of the stores, in one process.
import { playFolder } from '../../helpers/suite.js'

// Their threads too are counted as covered: here alone every verb of the thread that writes is called.
process.env.GATEHOUSE_COUNTED_THREADS = 'yes'
playFolder('stores')
