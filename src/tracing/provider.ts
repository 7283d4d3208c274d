// OpenTelemetry's SDK: where spans are gathered, and how they go out. A collector that does not answer is told once, not by every batch.
import { diag, DiagLogLevel } from '@opentelemetry/api'
import { ExportResultCode } from '@opentelemetry/core'
import { defaultResource, detectResources, envDetector, resourceFromAttributes, serviceInstanceIdDetector } from '@opentelemetry/resources'
import { BasicTracerProvider, BatchSpanProcessor, ConsoleSpanExporter, SimpleSpanProcessor, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace-base'
import type { TracingSettings } from './settings.js'

export interface TracingLog {
  info (facts: object, message: string): void
  warn (facts: object, message: string): void
}

export interface ProviderOptions extends Pick<TracingSettings, 'exporters' | 'encoding'> {
  /** What OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES may say otherwise. */
  service: { name: string, version: string }
  logger: TracingLog
}

export async function createProvider (options: ProviderOptions): Promise<BasicTracerProvider> {
  const { service, logger } = options
  // A value that the SDK cannot use is told while it reads them, and passed over. Later complaints are told below.
  const complain = (sentence: string): void => { logger.warn({}, `OpenTelemetry: ${sentence}`) }
  diag.setLogger({ error: complain, warn: complain, info: complain, debug: complain, verbose: complain }, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true })
  try {
    const ours = resourceFromAttributes({ 'service.name': service.name, 'service.version': service.version })
    const theirs = detectResources({ detectors: [serviceInstanceIdDetector, envDetector] })
    return new BasicTracerProvider({ resource: defaultResource().merge(ours).merge(theirs), spanProcessors: await createProcessors(options) })
  } finally {
    diag.disable()
  }
}

async function createProcessors ({ exporters, encoding, logger }: ProviderOptions): Promise<SpanProcessor[]> {
  const processors: SpanProcessor[] = []
  if (exporters.includes('otlp')) processors.push(new BatchSpanProcessor(tellingOutages(await createOtlpExporter(encoding), logger)))
  if (exporters.includes('console')) processors.push(new SimpleSpanProcessor(new ConsoleSpanExporter()))
  return processors
}

async function createOtlpExporter (encoding: TracingSettings['encoding']): Promise<SpanExporter> {
  const { OTLPTraceExporter } = encoding === 'http/json'
    ? await import('@opentelemetry/exporter-trace-otlp-http')
    : await import('@opentelemetry/exporter-trace-otlp-proto')
  return new OTLPTraceExporter()
}

/** The same exporter; the log hears once when spans begin to be lost, and when they go out again. */
function tellingOutages (exporter: SpanExporter, logger: TracingLog): SpanExporter {
  let failing = false
  return {
    export (spans, done) {
      exporter.export(spans, (result) => {
        const failed = result.code !== ExportResultCode.SUCCESS
        if (failed && !failing) logger.warn({ code: (result.error as NodeJS.ErrnoException | undefined)?.code }, 'traces do not go out, and are lost until they do')
        if (!failed && failing) logger.info({}, 'traces go out again')
        failing = failed
        done(result)
      })
    },
    shutdown: async () => { await exporter.shutdown() }
  }
}
