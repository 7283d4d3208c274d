// What OpenTelemetry's variables ask for; and that whatever they hold, nothing is refused.
import t from 'tap'
import { loadConfig } from '../../src/config.js'
import { lendTracing } from '../../src/env-file.js'
import { testSecret } from '../helpers/config.js'

const read = (environment: Record<string, string>) => loadConfig({ AUTH_SECRET: testSecret, ...environment }).tracing
const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }
const plain = { exporters: ['otlp'], encoding: 'http/protobuf', continues: true, ignored: [] }

t.test('an endpoint or an exporter turns traces on, and what is there to turn them off does', async (t) => {
  for (const [environment, expected] of [
    [{}, null],
    [endpoint, plain],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318/x' }, plain],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, plain],
    [{ OTEL_TRACES_EXPORTER: 'console' }, { ...plain, exporters: ['console'] }],
    [{ OTEL_TRACES_EXPORTER: 'console, otlp' }, { ...plain, exporters: ['otlp', 'console'] }],
    [{ ...endpoint, OTEL_TRACES_EXPORTER: 'none' }, null],
    [{ ...endpoint, OTEL_SDK_DISABLED: 'TRUE' }, null],
    [{ ...endpoint, OTEL_SDK_DISABLED: 'yes' }, plain],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }, null],
    [{ OTEL_SERVICE_NAME: 'accounts', OTEL_TRACES_SAMPLER: 'always_on' }, null],
    [{ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, { ...plain, encoding: 'http/json' }],
    [{ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/protobuf' }, plain],
    [{ ...endpoint, OTEL_PROPAGATORS: 'none' }, { ...plain, continues: false }],
    [{ ...endpoint, OTEL_PROPAGATORS: 'baggage,tracecontext' }, plain]
  ] as const) t.same(read(environment), expected, JSON.stringify(environment))
})

t.test('what is not known is told and passed over', async (t) => {
  const settings = read({ ...endpoint, OTEL_TRACES_EXPORTER: 'zipkin', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_PROPAGATORS: 'b3' })
  t.match(settings, { ...plain, ignored: [/^OTEL_TRACES_EXPORTER: zipkin is not known here \(otlp, console, none\)/, /^OTEL_EXPORTER_OTLP_PROTOCOL: grpc /, /^OTEL_PROPAGATORS: b3 /] })
})

t.test('the SDK reads them in the process, also what stands in .env; nothing else is put there', async (t) => {
  t.teardown(() => { delete process.env.OTEL_BSP_MAX_QUEUE_SIZE })
  lendTracing({ OTEL_BSP_MAX_QUEUE_SIZE: '4096', AUTH_SECRET_OF_TEST: testSecret })
  t.equal(process.env.OTEL_BSP_MAX_QUEUE_SIZE, '4096')
  t.equal(process.env.AUTH_SECRET_OF_TEST, undefined)
})
