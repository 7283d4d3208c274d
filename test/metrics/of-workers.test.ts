// The metrics of several workers in one text: each keeps its own, by its number, infinite ones included.
import t from 'tap'
import { textOfWorkers } from '../../src/metrics/of-workers.js'
import { createMetrics } from '../../src/metrics/metrics.js'
import type { MetricValues } from '../../src/workers/messages.js'

t.test('nothing is added up, and every sample names its worker', async (t) => {
  const metrics = createMetrics()
  metrics.noteRequest({ url: '/profile', method: 'GET' }, 200, 0.002)
  const lag = [{ name: 'lag', help: 'h', type: 'gauge', aggregator: 'omit', values: [{ value: Infinity, labels: {} }] }] as unknown as MetricValues
  const text = await textOfWorkers([[1, await metrics.values()], [2, await metrics.values()], [3, lag]])
  for (const worker of [1, 2]) {
    t.ok(text.includes(`gatehouse_http_request_duration_seconds_count{method="GET",route="/profile",status="200",worker="${worker}"} 1\n`))
    t.match(text, new RegExp(`^process_start_time_seconds\\{worker="${worker}"\\} \\d+$`, 'm'))
  }
  t.match(text, /^lag\{worker="3"\} \+?Inf/m)
  t.equal(text.match(/^# TYPE gatehouse_http_request_duration_seconds histogram$/gm)?.length, 1)
})
