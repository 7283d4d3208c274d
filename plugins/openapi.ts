// The OpenAPI document, generated from the routes' schemas.
import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { about } from '../src/about.js'
import { AuditLine, AuditPage, UserForAdmin, UserPage, UserPatchBody } from '../src/schemas/administration.js'
import { RevocationPage, RevocationView } from '../src/schemas/revocation.js'
import { PersonBody, PersonPage, PersonPatchBody, PersonView } from '../src/schemas/person.js'
import { Problem } from '../src/schemas/problem.js'
import { SessionList, SessionView } from '../src/schemas/session.js'
import { EmailChange, EmailProof, ForgotPassword, PasswordReset } from '../src/schemas/recovery.js'
import { Refresh, SignedIn, Tokens, VerificationSent } from '../src/schemas/tokens.js'
import { Login, PasswordChange, PasswordProof, ProfilePatch, Registration, UserView } from '../src/schemas/user.js'
import { describeOperation, withCommonRefusals } from './api-document.js'

const shared = [Problem, UserView, Registration, Login, ProfilePatch, PasswordChange, PasswordProof, SignedIn, Tokens, Refresh, VerificationSent, ForgotPassword, PasswordReset, EmailProof, EmailChange, SessionView, SessionList, PersonView, PersonPage, PersonBody, PersonPatchBody, UserForAdmin, UserPage, UserPatchBody, AuditLine, AuditPage, RevocationView, RevocationPage]

export default fp(async function openapi (app: FastifyInstance) {
  for (const schema of shared) app.addSchema(schema)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Gatehouse',
        version: about.version,
        description: 'Accounts and tokens for an app. Errors are RFC 9457 problem details; `code` is what clients switch on. Every answer carries `x-request-id`. ' +
          'Each operation lists the codes it can give. Not among them is what is answered where there is no operation: `malformed_request` (400) to what is no request of HTTP/1.1, `host_missing` (400) ' +
          'to one without a Host, `validation_failed` (400) to an address with a broken %, `not_found` (404) at an unknown address, `method_not_allowed` (405, with `Allow`) to a method that a known address does not take.',
        license: { name: 'MIT', identifier: 'MIT' }
      },
      servers: [{ url: '/', description: 'This service' }],
      tags: [
        { name: 'Accounts', description: 'Register, log in, refresh, log out' },
        { name: 'Recovery', description: 'What goes by mail: a forgotten password, proving an address' },
        { name: 'Profile', description: 'The account of the token' },
        { name: 'Sessions', description: 'Where the account is logged in' },
        { name: 'Persons', description: 'The protected list' },
        { name: 'Administration', description: 'Accounts and the audit log, for admins' },
        { name: 'Discovery', description: 'Keys and documents for other programs' },
        { name: 'Operation', description: 'For who runs it' }
      ],
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The access token of POST /register, /login or /refresh' } } }
    },
    refResolver: { buildLocalReference: ({ $id }) => String($id) },
    transform: describeOperation as never,
    // Whole, without shared parts: YAML would write those as anchors, which few readers of OpenAPI like.
    transformObject: (document) => JSON.parse(JSON.stringify(withCommonRefusals((document as { openapiObject: never }).openapiObject))) as never
  })
}, { name: 'openapi', dependencies: ['context'] })
