// Answers that were written out before are not written out again. A store that proves a row to be unchanged hands out the same object.
import type { FastifyReply } from 'fastify'

/** Sends what `present` makes of the source, as JSON by the response schema of the route, which is to be the same for all calls. The
 * text lives as long as the source does, which nobody may change. */
export function createRenderer<Source extends object> (present: (source: Source) => unknown) {
  const texts = new WeakMap<Source, string>()
  return function send (reply: FastifyReply, source: Source): FastifyReply {
    let text = texts.get(source)
    if (text === undefined) {
      text = reply.serialize(present(source)) as string
      texts.set(source, text)
    }
    return reply.type('application/json; charset=utf-8').send(text)
  }
}
