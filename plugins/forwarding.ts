// Notices when the service does not see who its clients are: limits, sessions and audit would then take a proxy for everybody.
import type { FastifyInstance, FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify'
import fp from 'fastify-plugin'

const noProxy = 'PUBLIC_URL is https but TRUST_PROXY is empty: behind a proxy, all clients count as one address. Name the proxy in TRUST_PROXY.'
const notTrusted = 'A forwarding header came from an address that TRUST_PROXY does not name, and was not believed. If that is your proxy, name it in TRUST_PROXY.'
const notUnderstood = 'The proxy sends Forwarded, which is not read here. Let it send X-Forwarded-For.'

export default fp(async function forwarding (app: FastifyInstance) {
  const { publicUrl, trustProxy } = app.config
  if (publicUrl.startsWith('https:') && trustProxy.length === 0) app.warnOperator(noProxy)

  app.addHook('onRequest', function noticeForwarding (request: FastifyRequest, _reply: FastifyReply, done: HookHandlerDoneFunction) {
    const { headers } = request
    if (headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined) notice(request)
    done()
  })

  function notice ({ headers, ips, socket }: FastifyRequest): void {
    // Fastify follows the chain only as far as it is trusted: the peer alone means that it is not, or that there is no chain.
    if (ips !== undefined && ips.length > 1) return
    const understood = headers['x-forwarded-for'] !== undefined || trustProxy.length === 0
    app.warnOperator(understood ? notTrusted : notUnderstood, { peer: String(socket.remoteAddress) })
  }
}, { name: 'forwarding', dependencies: ['context', 'warnings'] })
