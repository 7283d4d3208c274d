// Who is there, on the main server and on a dialect's own: tokens given and checked, and refusals written down.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import authenticate from './authenticate.js'
import jwt from './jwt.js'
import refusals from './refusals.js'
import signIn from './sign-in.js'

export default fp(async function identity (app: FastifyInstance) {
  await app.register(jwt)
  await app.register(authenticate)
  await app.register(signIn)
  await app.register(refusals)
}, { name: 'identity', dependencies: ['context', 'tokens', 'services'] })
