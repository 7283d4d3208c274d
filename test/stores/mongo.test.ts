// The MongoDB engine against the server at MONGODB_TEST_URL: the contract of the stores.
import t from 'tap'
import { contract } from './contract.js'
import { mongoUrl, openOnFreshDatabase } from './mongo/server.js'

/** What the second opinion cannot do (.ci/mongo/README.md); the first server is held to everything. */
const gapsOfJava = {
  'pages of users': 'it sorts text by UTF-16 units, not by code points',
  'pages of persons': 'it sorts text by UTF-16 units, not by code points',
  'search of persons': 'it sorts text by UTF-16 units, not by code points',
  persons: 'what it answers to findOneAndUpdate may carry a later change',
  counters: 'what it answers to findOneAndUpdate may carry a later change',
  revocations: 'pages in the order of time and id come to no end there',
  sessions: 'an update that races another ends with an error of its own now and then'
}
const gaps = process.env.MONGODB_TEST_SERVER === 'java' ? gapsOfJava : {}

if (mongoUrl === undefined) {
  console.log('NOT RUN: mongodb (set MONGODB_TEST_URL or run npm run test:mongodb)')
  void t.test('mongodb', { skip: 'MONGODB_TEST_URL is not set' }, async () => undefined)
} else {
  contract({ name: 'mongodb', open: openOnFreshDatabase, gaps })
}
