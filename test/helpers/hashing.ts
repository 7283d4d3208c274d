// Takes all places of the gate in front of hashing, so that who comes is refused however fast or slow the machine is.
import type { FastifyInstance } from 'fastify'

/** Does `work` while every slot and every place in the queue are taken. A place that gets free is taken again before anything else
 * that the event loop has to do. */
export async function whileHashingIsFull<T> ({ config, services }: FastifyInstance, work: () => Promise<T>): Promise<T> {
  const { slots, queue } = config.hashing
  let full = true
  async function hold (): Promise<void> {
    while (full) await services.hasher.hash('takes a place')
  }
  const held = Array.from({ length: slots + queue }, hold)
  try {
    return await work()
  } finally {
    full = false
    await Promise.all(held)
  }
}
