// The MongoDB engine, held to the contract and to what is its own, against the server at MONGODB_TEST_URL.
import t from 'tap'
import { contract } from './contract.js'
import { mongoUrl, openOnFreshDatabase } from './mongo/server.js'

if (mongoUrl === undefined) {
  console.log('NOT RUN: mongodb (set MONGODB_TEST_URL or run npm run test:mongodb)')
  t.plan(0, 'MONGODB_TEST_URL is not set')
} else {
  contract({ name: 'mongodb', open: openOnFreshDatabase })
}
