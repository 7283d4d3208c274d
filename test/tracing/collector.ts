// A collector of traces: a server that takes what an exporter sends by OTLP over HTTP, in either encoding, and tells the spans.
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import { until } from '../helpers/until.js'

export type Value = string | number | boolean
export interface Sent {
  traceId: string
  spanId: string
  /** Empty where it is the first of its trace. */
  parentSpanId: string
  name: string
  /** 1 internal, 2 server, 3 client. */
  kind: number
  milliseconds: number
  attributes: Record<string, Value>
  /** 0 unset, 2 error. */
  status: number
  statusMessage: string
  resource: Record<string, Value>
}

export interface Collector {
  origin: string
  spans: Sent[]
  /** Every byte that came, as text. */
  text (): string
  headers: IncomingHttpHeaders[]
  /** Waits until a span of this name has come, and answers the latest. */
  span (name: string): Promise<Sent>
}

export async function startCollector (t: Test): Promise<Collector> {
  const spans: Sent[] = []
  const bodies: Buffer[] = []
  const headers: IncomingHttpHeaders[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const body = Buffer.concat(parts)
      const isJson = request.headers['content-type'] === 'application/json'
      if (request.url === '/v1/traces') spans.push(...isJson ? spansInJson(body) : spansInProtobuf(body))
      bodies.push(body)
      headers.push(request.headers)
      response.end()
    })
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  t.teardown(() => { server.close().closeAllConnections() })
  const find = (name: string) => spans.findLast((span) => span.name === name)
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    headers,
    text: () => Buffer.concat(bodies).toString('latin1'),
    async span (name) {
      await until(async () => find(name) !== undefined)
      return find(name) as Sent
    }
  }
}

/** The members of a protobuf message by number, each as often as it stands there. */
function fieldsOf (bytes: Buffer): Map<number, Array<Buffer | bigint>> {
  const fields = new Map<number, Array<Buffer | bigint>>()
  let at = 0
  const varint = (): bigint => {
    let [value, shift] = [0n, 0n]
    for (;;) {
      const byte = bytes.readUInt8(at)
      at += 1
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
      shift += 7n
    }
  }
  const take = (length: number): Buffer => bytes.subarray(at, at += length)
  while (at < bytes.length) {
    const tag = Number(varint())
    const form = tag & 7
    if (![0, 1, 2, 5].includes(form)) throw new Error(`not protobuf: form ${form}`)
    const value = form === 0 ? varint() : take(form === 1 ? 8 : form === 5 ? 4 : Number(varint()))
    fields.set(tag >> 3, [...fields.get(tag >> 3) ?? [], value])
  }
  return fields
}

const messages = (bytes: Buffer, field: number): Buffer[] => (fieldsOf(bytes).get(field) ?? []) as Buffer[]
const textOf = (value: Buffer | bigint | undefined): string => value === undefined ? '' : value.toString()

function attributesIn (pairs: Buffer[]): Record<string, Value> {
  return Object.fromEntries(pairs.map((pair) => {
    const [[, [value = 0n] = []] = [], ...rest] = fieldsOf(messages(pair, 2)[0] ?? Buffer.alloc(0))
    if (rest.length > 0) throw new Error('a value has one form')
    return [textOf(messages(pair, 1)[0]), typeof value === 'bigint' ? Number(value) : value.toString()]
  }))
}

// opentelemetry-proto: trace/v1/trace.proto, collector/trace/v1/trace_service.proto.
function spansInProtobuf (body: Buffer): Sent[] {
  return messages(body, 1).flatMap((group) => {
    const resource = attributesIn(messages(group, 1).flatMap((part) => messages(part, 1)))
    return messages(group, 2).flatMap((scope) => messages(scope, 2)).map((span) => {
      const fields = fieldsOf(span)
      const bytes = (field: number) => (fields.get(field)?.[0] ?? Buffer.alloc(0)) as Buffer
      const status = fieldsOf(bytes(15))
      return {
        traceId: bytes(1).toString('hex'),
        spanId: bytes(2).toString('hex'),
        parentSpanId: bytes(4).toString('hex'),
        name: bytes(5).toString(),
        kind: Number(fields.get(6)?.[0]),
        milliseconds: Number(bytes(8).readBigUInt64LE() - bytes(7).readBigUInt64LE()) / 1e6,
        attributes: attributesIn((fields.get(9) ?? []) as Buffer[]),
        status: Number(status.get(3)?.[0] ?? 0),
        statusMessage: textOf(status.get(2)?.[0]),
        resource
      }
    })
  })
}

interface JsonPair { key: string, value: Record<string, Value> }
interface JsonSpan {
  traceId: string, spanId: string, parentSpanId?: string, name: string, kind: number, startTimeUnixNano: string, endTimeUnixNano: string
  attributes: JsonPair[], status: { code?: number, message?: string }
}
interface JsonBody { resourceSpans: Array<{ resource: { attributes: JsonPair[] }, scopeSpans: Array<{ spans: JsonSpan[] }> }> }

function spansInJson (body: Buffer): Sent[] {
  const plain = (pairs: JsonPair[]) => Object.fromEntries(pairs.map(({ key, value }) => [key, Object.values(value)[0] ?? '']))
  const { resourceSpans } = JSON.parse(body.toString()) as JsonBody
  return resourceSpans.flatMap(({ resource, scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans).map((span) => ({
    ...span,
    parentSpanId: span.parentSpanId ?? '',
    milliseconds: Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6,
    attributes: plain(span.attributes),
    status: span.status.code ?? 0,
    statusMessage: span.status.message ?? '',
    resource: plain(resource.attributes)
  })))
}
