// What is not as it should be, though the service works: told to the operator once in the log, and in readiness for as long as it runs.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    /** Tells a sentence to whoever runs the service; one that was told before is not told again. `facts` go to the log only. */
    warnOperator (sentence: string, facts?: Record<string, string>): void
    readonly operatorWarnings: readonly string[]
  }
}

export default fp(async function warnings (app: FastifyInstance) {
  const told: string[] = []
  app.decorate('operatorWarnings', told)
  app.decorate('warnOperator', function warnOperator (sentence: string, facts: Record<string, string> = {}) {
    if (told.includes(sentence)) return
    told.push(sentence)
    app.log.warn(facts, sentence)
  })
}, { name: 'warnings' })
