// The contract of the stores, kept by SQLite.
import { contract } from './contract.js'
import { open } from './sqlite-helpers/open.js'

contract({ name: 'SQLite', open })
