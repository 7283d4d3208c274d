// Whether requests are traced, and how, out of OpenTelemetry's standard variables. What is not known there is told and passed over,
// as its specification asks: tracing never stops a start.
import type { Variables } from '../environment.js'

const exporters = ['otlp', 'console'] as const
const encodings = ['http/protobuf', 'http/json'] as const

export interface TracingSettings {
  /** Where spans go: to a collector, or to standard output. */
  readonly exporters: ReadonlyArray<typeof exporters[number]>
  readonly encoding: typeof encodings[number]
  /** Whether a request goes on with the trace that its `traceparent` names. */
  readonly continues: boolean
  /** What was asked for and is passed over, a sentence each. */
  readonly ignored: readonly string[]
}

/** Null where nobody asks for traces: without an exporter or an endpoint there are none. */
export function readTracing (variables: Variables): TracingSettings | null {
  const ignored: string[] = []
  const known = <T extends string>(name: keyof Variables, values: readonly T[]): T[] => {
    const asked = String(variables[name] ?? '').split(',').map((word) => word.trim()).filter((word) => word !== '')
    const unknown = asked.filter((word) => !values.includes(word as T))
    if (unknown.length > 0) ignored.push(`${name}: ${unknown.join(', ')} is not known here (${values.join(', ')}), and passed over.`)
    return asked.filter((word): word is T => values.includes(word as T))
  }
  const [endpoint, encodingOf] = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'] as const
  const hasEndpoint = (variables[endpoint] ?? variables.OTEL_EXPORTER_OTLP_ENDPOINT) !== undefined
  const asked = known('OTEL_TRACES_EXPORTER', [...exporters, 'none'])
  const chosen = asked.length === 0 && hasEndpoint ? ['otlp' as const] : exporters.filter((name) => asked.includes(name))
  if (chosen.length === 0 || /^true$/i.test(variables.OTEL_SDK_DISABLED ?? '')) return null
  const encoding = known(variables[encodingOf] === undefined ? 'OTEL_EXPORTER_OTLP_PROTOCOL' : encodingOf, encodings)[0] ?? 'http/protobuf'
  const propagators = known('OTEL_PROPAGATORS', ['tracecontext', 'baggage', 'none'])
  const continues = propagators.length === 0 || propagators.includes('tracecontext')
  return { exporters: chosen, encoding, continues, ignored }
}
