// GET /docs: Swagger UI over the contract. The page is a server of its own, made when it is first asked for and asked inside this
// process: what it is made of is much to load, and most processes never show it.
import Fastify, { type FastifyInstance, type FastifyPluginAsync, type FastifyReply, type FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { onceResolved } from '../src/once.js'

const hidden = { schema: { hide: true } } as const

/** The page's own policy: everything from here; the one inline style that Swagger UI brings is named by its hash. */
const docsPolicy = {
  'default-src': "'none'",
  'base-uri': "'none'",
  'connect-src': "'self'",
  'font-src': "'self' data:",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
  'img-src': "'self' data:",
  'script-src': "'self'",
  'style-src': "'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='"
}

/** What the outer server says itself of an answer and its connection. */
const outer = new Set(['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding'])

async function createPage (app: FastifyInstance): Promise<FastifyInstance> {
  const page = Fastify()
  // Under the name that the page asks for: the document is the one of the service.
  await page.register(fp(async function lendDocument (page: FastifyInstance) {
    page.decorate('swagger', app.swagger)
  }, { name: '@fastify/swagger' }))
  await page.register((await import('@fastify/swagger-ui')).default, {
    routePrefix: '/docs',
    staticCSP: { ...docsPolicy },
    uiConfig: { persistAuthorization: false, tryItOutEnabled: true, validatorUrl: null },
    theme: { title: 'Gatehouse API' }
  })
  return page
}

const routes: FastifyPluginAsync = async function docs (app) {
  if (!app.config.docs) return
  const openPage = onceResolved(async () => await createPage(app))

  async function getDocs (request: FastifyRequest, reply: FastifyReply) {
    const page = await openPage()
    const answer = await page.inject({ method: 'GET', url: request.url, headers: request.headers as Record<string, string> })
    if (answer.statusCode === 404) return reply.callNotFound()
    for (const [name, value] of Object.entries(answer.headers)) if (!outer.has(name)) reply.header(name, value)
    return await reply.code(answer.statusCode).send(answer.rawPayload)
  }

  for (const url of ['/docs', '/docs/', '/docs/*']) app.get(url, hidden, getDocs)
}

export default routes
