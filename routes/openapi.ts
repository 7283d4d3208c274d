// GET /openapi.json and /openapi.yaml: the contract, for programs.
import type { FastifyPluginAsync } from 'fastify'
import { once } from '../src/once.js'
import { writeYaml } from '../src/yaml.js'

const hidden = { schema: { hide: true } } as const

const routes: FastifyPluginAsync = async function openapi (app) {
  if (!app.config.docs) return
  const yaml = once(() => Buffer.from(writeYaml(app.swagger())))

  app.get('/openapi.json', hidden, async function getOpenapiJson (_request, reply) {
    return await reply.type('application/json; charset=utf-8').send(app.swagger())
  })

  app.get('/openapi.yaml', hidden, async function getOpenapiYaml (_request, reply) {
    return await reply.type('application/yaml; charset=utf-8').send(yaml())
  })
}

export default routes
