// The web console: pages for people at /, /reset and /verify, and what they are made of under /console/. CONSOLE=off removes it.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { packageRoot } from '../src/about.js'
import { escapeHtml } from '../src/mail/layout.js'

const hidden = { schema: { hide: true } } as const
const js = 'text/javascript; charset=utf-8'
const html = 'text/html; charset=utf-8'

const files = [
  { url: '/', file: 'index.html', type: html },
  { url: '/reset', file: 'reset.html', type: html },
  { url: '/verify', file: 'verify.html', type: html },
  { url: '/console/console.js', file: 'console.js', type: js },
  { url: '/console/reset.js', file: 'reset.js', type: js },
  { url: '/console/verify.js', file: 'verify.js', type: js },
  { url: '/console/styles.css', file: 'styles.css', type: 'text/css; charset=utf-8' },
  { url: '/console/mark.svg', file: 'mark.svg', type: 'image/svg+xml' }
] as const

/** Everything from here, nothing inline; no form is ever sent by the browser itself. */
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
/** An image that brings its own style, for the two colour schemes, when it is opened by itself. */
const imagePolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"

interface Variant { body: Buffer, etag: string }

function variant (body: Buffer): Variant {
  return { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` }
}

/** What the pages say of this service, by the names under which they leave room for it. */
type Words = Readonly<Record<'PRODUCT_NAME' | 'PASSWORD_MIN_LENGTH', string>>

/** Both forms of a file, made when it is first asked for. */
function readFile (path: string, type: string, words: Words): () => { plain: Variant, gzip: Variant } {
  let made: { plain: Variant, gzip: Variant } | undefined
  return () => {
    if (made !== undefined) return made
    const file = readFileSync(path)
    const body = type === html ? Buffer.from(file.toString().replace(/%([A-Z_]+)%/g, (_room, name: keyof Words) => escapeHtml(words[name]))) : file
    made = { plain: variant(body), gzip: variant(gzipSync(body, { level: 9 })) }
    return made
  }
}

/** Whether gzip is named, and not with a weight of nothing, which refuses it (RFC 9110 §12.4.2). */
function takesGzip (accepted = ''): boolean {
  return accepted.split(',').some((coding) => /^\s*gzip\s*(;|$)/i.test(coding) && !/;\s*q=0(\.0*)?\s*$/i.test(coding))
}

function serve (path: string, type: string, words: Words) {
  const read = readFile(path, type, words)
  return async function serveFile (request: FastifyRequest, reply: FastifyReply) {
    const zipped = takesGzip(request.headers['accept-encoding'])
    const { body, etag } = read()[zipped ? 'gzip' : 'plain']
    reply.headers({
      'content-security-policy': type === 'image/svg+xml' ? imagePolicy : pagePolicy,
      // Kept, and asked for each time: a new version of the service is never seen by halves.
      'cache-control': 'no-cache',
      // Beside what the answer depends on already: with CORS_ORIGINS the origin that asks.
      vary: [reply.getHeader('vary'), 'accept-encoding'].filter((name) => name !== undefined).join(', '),
      etag
    })
    if (String(request.headers['if-none-match']).split(/, */).some((tag) => tag.replace(/^W\//, '') === etag)) return await reply.code(304).send()
    if (zipped) reply.header('content-encoding', 'gzip')
    return await reply.type(type).send(body)
  }
}

/** The console out of the folder that it was built into. */
export function consoleIn (folder: string): FastifyPluginAsync {
  return async function console (app) {
    if (!app.config.console) return
    if (!existsSync(folder)) {
      app.log.warn('The web console is not built, so it is not served: npm run build.')
      return
    }
    const words = { PRODUCT_NAME: app.config.mail.productName, PASSWORD_MIN_LENGTH: String(app.config.passwordMinLength) }
    for (const { url, file, type } of files) app.get(url, hidden, serve(join(folder, file), type, words))
  }
}

export default consoleIn(join(packageRoot, 'dist', 'console'))
