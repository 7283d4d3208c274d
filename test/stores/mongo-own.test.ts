// What is the MongoDB engine's own: its parts that need no server and, against the server at MONGODB_TEST_URL, indexes, plans and the
// guard of the last admin.
import './mongo/errors.js'
import './mongo/gate.js'
import './mongo/ranges.js'
import './mongo/revocation-cursor.js'
import { guard } from './mongo/guard.js'
import { own } from './mongo/own.js'
import { plans } from './mongo/plans.js'
import { onServer } from './mongo/server.js'

onServer('mongodb, its own indexes and documents', own)
onServer('mongodb, every read goes by an index', plans)
onServer('mongodb, the guard of the last admin', guard)
