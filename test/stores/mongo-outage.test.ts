// The MongoDB engine when the server at MONGODB_TEST_URL goes away and comes back.
import { outage } from './mongo/outage.js'
import { onServer } from './mongo/server.js'

onServer('mongodb, away and back', outage)
