// The primary, where WORKERS asks for several processes: starts and replaces the workers, counts requests for all of them, stops them.
// It serves nobody itself and reads no store.
import cluster from 'node:cluster'
import type { Logger } from 'pino'
import { systemClock } from '../clock.js'
import { createBudget } from '../throttling/budget.js'
import { createCrew } from './crew.js'
import { createGathering } from './gathering.js'
import type { MetricValues } from './messages.js'

/** Longer than a worker takes at most (src/server.ts), in milliseconds. */
const stopLimit = 12_000
const retireLimit = 20_000
/** Less than a worker waits for the answer. */
const gatherLimit = 2000

/** Runs `count` workers until SIGTERM or SIGINT; SIGHUP renews them one by one. Where the first cannot start, which it has said itself,
 * the process ends with 1. */
export async function runPrimary ({ count, logger }: { count: number, logger: Logger }): Promise<void> {
  const budget = createBudget(systemClock)
  const gathering = createGathering<MetricValues>(gatherLimit)
  // Structured clones and not JSON, which has no infinite numbers.
  cluster.setupPrimary({ serialization: 'advanced' })

  const crew = createCrew({
    count,
    logger,
    retireLimit,
    onMessage (message, answer) {
      if (message.kind === 'count') answer({ kind: 'counted', outcomes: message.requests.map(([id, key, bucket]) => [id, budget(key, bucket ?? undefined)]) })
      if (message.kind === 'metrics') gathering.answer(message.id, message.values)
      if (message.kind === 'gather') {
        void gathering.gather(crew.serving(), ({ tell }, id) => { tell({ kind: 'tell_metrics', id }) })
          .then((answers) => { answer({ kind: 'gathered', id: message.id, workers: answers.map(([{ place }, values]) => [place, values]) }) })
      }
    }
  })

  const started = crew.start()
  let renewing: Promise<unknown> = started
  process.on('SIGHUP', () => {
    logger.info({ workers: count }, 'SIGHUP: renewing the workers one by one')
    renewing = renewing.then(async () => { await crew.renew() })
  })
  async function stop (signal: NodeJS.Signals): Promise<void> {
    logger.info({ signal, workers: count }, 'stopping the workers')
    // Workers whose primary is gone end by themselves.
    process.once(signal, () => process.exit(1))
    process.exitCode = Number(!await crew.stop(stopLimit))
    logger.info({}, 'all workers have stopped')
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => { void stop(signal) })
  if (!await started) process.exit(1)
}
