// A span for every verb of a store that a request asks for. The store itself knows nothing of it.
import { SpanKind } from '@opentelemetry/api'
import type { Stores } from '../stores/stores.js'
import { type Verb, wrapVerbs } from '../stores/verbs.js'
import type { TraceWork } from './tracing.js'

/** Named as OpenTelemetry's conventions for databases say: what is done, and to what. What is asked for is not told. */
export function traceStores (stores: Stores, traceWork: TraceWork): Stores {
  return wrapVerbs(stores, <V extends Verb>(store: string, verb: string, run: V): V => {
    const attributes = { 'db.system.name': stores.engine, 'db.operation.name': verb, 'db.collection.name': store }
    const options = { kind: SpanKind.CLIENT, attributes }
    const name = `${verb} ${store}`
    return ((...given: never[]) => traceWork(name, options, () => run(...given))) as V
  })
}
