// The bytes of a stream: as buffers, without a byte order mark, and with a look at the beginning before the reading starts.
import type { Readable } from 'node:stream'

export interface OpenedChunks {
  /** What the stream begins with: its first line that is not blank, or its first 64 KiB, or all of it. */
  head: Buffer
  /** All of it, the head included. */
  chunks: AsyncIterable<Buffer>
}

const mostOfHead = 65_536
const byteOrderMark = Buffer.of(0xef, 0xbb, 0xbf)

export async function openChunks (stream: Readable): Promise<OpenedChunks> {
  const source = buffersOf(stream)
  let head = Buffer.alloc(0)
  while (head.length < mostOfHead && !head.toString('latin1').trimStart().includes('\n')) {
    const next = await source.next()
    if (next.done === true) break
    head = Buffer.concat([head, next.value])
  }
  if (head.subarray(0, 3).equals(byteOrderMark)) head = head.subarray(3)
  return { head, chunks: headThenRest(head, source) }
}

async function * buffersOf (stream: Readable): AsyncGenerator<Buffer, void> {
  for await (const chunk of stream as AsyncIterable<Buffer | string>) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
}

async function * headThenRest (head: Buffer, rest: AsyncGenerator<Buffer, void>): AsyncGenerator<Buffer, void> {
  yield head
  yield * rest
}
