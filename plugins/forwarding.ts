// Reads from whom a proxy says that a request comes, and notices when the service does not see who its clients are: limits, sessions
// and audit would then take a proxy for everybody.
import type { FastifyInstance, FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify'
import fp from 'fastify-plugin'
import { withoutPort } from '../src/throttling/address.js'

const noProxy = 'PUBLIC_URL is https but TRUST_PROXY is empty: behind a proxy, all clients count as one address. Name the proxy in TRUST_PROXY.'
const notTrusted = 'A forwarding header came from an address that TRUST_PROXY does not name, and was not believed. If that is your proxy, name it in TRUST_PROXY.'
const notUnderstood = 'The proxy sends Forwarded, which is not read here. Let it send X-Forwarded-For.'

export default fp(async function forwarding (app: FastifyInstance) {
  const { publicUrl, trustProxy } = app.config
  if (publicUrl.startsWith('https:') && trustProxy.length === 0) app.warnOperator(noProxy)

  app.addHook('onRequest', function readForwarding (request: FastifyRequest, _reply: FastifyReply, done: HookHandlerDoneFunction) {
    const { headers } = request
    dropPorts(headers)
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

/**
 * Some proxies write ports into X-Forwarded-For. They are taken out here, before anybody asks for `request.ip`: with them a proxy that is
 * trusted is not known as such, every connection is an address of its own, and nobody's network is found again.
 */
function dropPorts (headers: FastifyRequest['headers']): void {
  const chain = headers['x-forwarded-for']
  if (typeof chain !== 'string' || !chain.includes(':')) return
  headers['x-forwarded-for'] = chain.split(',').map((address) => withoutPort(address.trim())).join(', ')
}
