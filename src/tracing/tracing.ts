// Traces by OpenTelemetry, sent by its SDK, which reads the standard variables itself. Loaded only where they ask for traces.
// Nothing is set up for the whole process: the span under way is kept here, so that several services in one (the tests) do not meet.
import { AsyncLocalStorage } from 'node:async_hooks'
import {
  type Attributes, type Context, defaultTextMapGetter, type Span, SpanKind, SpanStatusCode, trace, type Tracer, ROOT_CONTEXT
} from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { ServiceError } from '../errors.js'
import type { PasswordHasher } from '../passwords/hasher.js'
import type { Stores } from '../stores/stores.js'
import { isFailure } from '../stores/verbs.js'
import { type ProviderOptions, createProvider } from './provider.js'
import { traceStores } from './stores.js'

/** A piece of work that is traced. */
export interface Trace {
  /** 32 hexadecimal digits; null where this one is not recorded (OTEL_TRACES_SAMPLER). */
  readonly id: string | null
  /** Does `work` as a part of it. */
  around (work: () => void): void
  /** Ends it. Attributes hold what the code wrote, never what a client sent. */
  end (attributes: Attributes, failed: boolean): void
}

/** Does work as a part of the trace under way, where there is one. Its result and its errors are the work's own. */
export type TraceWork = <T>(name: string, options: { kind: SpanKind, attributes: Attributes }, work: () => Promise<T>) => Promise<T>

export interface Tracing {
  /** Begins the span of a request, as a part of the trace that its `traceparent` names (W3C Trace Context). */
  begin (name: string, attributes: Attributes, headers: Readonly<Record<string, unknown>>): Trace
  /** The same stores, with a span for every verb that a request asks for. */
  traceStores (stores: Stores): Stores
  /** The same hasher, with a span for every hash; waiting for a slot is in it. */
  traceHasher (hasher: PasswordHasher): PasswordHasher
  /** Sends what has not been sent yet, for at most two seconds. Never rejects. */
  stop (): Promise<void>
}

export interface TracingOptions extends ProviderOptions {
  continues: boolean
}

/** What has not gone out by then, in milliseconds, is lost: a collector that is silent does not hold up the end. */
const stopLimit = 2000

export async function createTracing ({ continues, ...options }: TracingOptions): Promise<Tracing> {
  const provider = await createProvider(options)
  const tracer: Tracer = provider.getTracer(options.service.name, options.service.version)
  const propagator = new W3CTraceContextPropagator()
  const underWay = new AsyncLocalStorage<Context>()

  function begin (name: string, attributes: Attributes, headers: Readonly<Record<string, unknown>>): Trace {
    const before = continues ? propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter) : ROOT_CONTEXT
    const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, before)
    const context = trace.setSpan(before, span)
    return {
      id: span.isRecording() ? span.spanContext().traceId : null,
      around (work) { underWay.run(context, work) },
      end (more, failed) {
        span.setAttributes(more)
        if (failed) span.setStatus({ code: SpanStatusCode.ERROR })
        span.end()
      }
    }
  }

  const traceWork: TraceWork = (name, options, work) => {
    const context = underWay.getStore()
    // What a request has set going and nobody waits for any more (a queue, a timer) belongs to no trace.
    if (context === undefined || trace.getSpan(context)?.isRecording() !== true) return work()
    const span = tracer.startSpan(name, options, context)
    const result = work()
    result.then(() => { span.end() }, (error: unknown) => { endFailed(span, error) })
    return result
  }

  function traceHasher (hasher: PasswordHasher): PasswordHasher {
    const options = { kind: SpanKind.INTERNAL, attributes: {} }
    return {
      ...hasher,
      hash: (password) => traceWork('hash password', options, () => hasher.hash(password)),
      verify: (hash, password, context) => traceWork('verify password', options, () => hasher.verify(hash, password, context))
    }
  }

  async function stop (): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const limit = new Promise<void>((resolve) => { timer = setTimeout(resolve, stopLimit) })
    await Promise.race([Promise.allSettled([provider.shutdown()]), limit])
    clearTimeout(timer)
  }

  return { begin, traceStores: (stores) => traceStores(stores, traceWork), traceHasher, stop }
}

/** Tells the kind of an error, never its message: drivers quote values there. A refusal such as `email_taken` is no failure. */
function endFailed (span: Span, error: unknown): void {
  span.setAttribute('error.type', error instanceof ServiceError ? error.kind : 'internal')
  if (isFailure(error)) span.setStatus({ code: SpanStatusCode.ERROR })
  span.end()
}
