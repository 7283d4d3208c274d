// How the console is served: policy, caching, compression, and that it can be left out.
import { gunzipSync } from 'node:zlib'
import Fastify from 'fastify'
import t from 'tap'
import { consoleIn } from '../../routes/console.js'
import { buildConsole } from '../../scripts/build-console.js'
import { createTestApp } from '../helpers/app.js'
import { createTestLog } from '../helpers/log.js'

const folder = await buildConsole()
const { app } = await createTestApp(t)
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

t.test('pages and their parts come under the strict policy, to be asked for anew each time', async (t) => {
  for (const [url, type] of [['/', 'text/html'], ['/reset', 'text/html'], ['/verify', 'text/html'], ['/console/console.js', 'text/javascript'], ['/console/reset.js', 'text/javascript'], ['/console/verify.js', 'text/javascript'], ['/console/styles.css', 'text/css']] as const) {
    const answer = await app.inject({ url })
    t.match(answer, { statusCode: 200, headers: { 'content-type': `${type}; charset=utf-8`, 'content-security-policy': policy, 'cache-control': 'no-cache', vary: 'accept-encoding', 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' } }, url)
    t.ok(answer.body.length > 100)
    if (type === 'text/html') t.notMatch(answer.body, /<script(?![^>]*src=)|<style|\sstyle=|\son\w+=|https?:/, 'nothing inline, nothing from elsewhere')
  }
  t.match(await app.inject({ url: '/console/mark.svg' }), { statusCode: 200, headers: { 'content-type': 'image/svg+xml', 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'" } })
})

t.test('what the answer depends on is told whole: the coding and, with CORS_ORIGINS, the origin that asks', async (t) => {
  const { app } = await createTestApp(t, { environment: { CORS_ORIGINS: 'https://app.example.com' } })
  for (const url of ['/', '/console/console.js']) t.equal((await app.inject({ url, headers: { origin: 'https://evil.example' } })).headers.vary, 'Origin, accept-encoding', url)
})

t.test('compressed for who takes it, under an ETag of its own', async (t) => {
  const plain = await app.inject({ url: '/console/console.js' })
  const zipped = await app.inject({ url: '/console/console.js', headers: { 'accept-encoding': 'br, gzip' } })
  t.equal(zipped.headers['content-encoding'], 'gzip')
  t.equal(plain.headers['content-encoding'], undefined)
  t.equal(gunzipSync(zipped.rawPayload).toString(), plain.body)
  t.not(zipped.headers.etag, plain.headers.etag)
})

t.test('compressed only for who takes it: a weight of nothing refuses', async (t) => {
  async function codingFor (accepted: string) {
    return (await app.inject({ url: '/', headers: { 'accept-encoding': accepted } })).headers['content-encoding']
  }
  for (const accepted of ['gzip;q=0', 'br, gzip; q=0.000', 'GZIP ; Q=0, identity', '*;q=0', 'br', 'not-gzip', '']) {
    t.equal(await codingFor(accepted), undefined, accepted)
  }
  for (const accepted of ['gzip', 'br, gzip;q=0.5', 'Gzip; q=1.0', 'identity;q=0, gzip', 'gzip;q=0.001']) {
    t.equal(await codingFor(accepted), 'gzip', accepted)
  }
})

t.test('the pages bear the name of the product, as text, under an ETag of their own', async (t) => {
  const { app: named } = await createTestApp(t, { environment: { PRODUCT_NAME: 'Tor & <b>$&</b> "Söhne"' } })
  const escaped = 'Tor &amp; &lt;b&gt;$&amp;&lt;/b&gt; &quot;Söhne&quot;'
  for (const [url, title] of [['/', ''], ['/reset', 'Choose a new password · '], ['/verify', 'Confirm your address · ']] as const) {
    const usual = await app.inject({ url })
    t.ok(usual.body.includes(`<title>${title}Gatehouse</title>`), url)
    const own = await named.inject({ url })
    t.ok(own.body.includes(`<title>${title}${escaped}</title>`), url)
    t.ok(own.body.includes(`height="28">${escaped}</a>`), 'and in the bar')
    t.notMatch(own.body, /Gatehouse/)
    t.not(own.headers.etag, usual.headers.etag)
    const zipped = await named.inject({ url, headers: { 'accept-encoding': 'gzip' } })
    t.equal(gunzipSync(zipped.rawPayload).toString(), own.body)
  }
})

t.test('the pages where a password is chosen bear the length that it needs', async (t) => {
  const { app: strict } = await createTestApp(t, { environment: { PASSWORD_MIN_LENGTH: '15' } })
  for (const url of ['/', '/reset']) {
    t.ok((await app.inject({ url })).body.includes('<meta name="password-min-length" content="8">'), url)
    t.ok((await strict.inject({ url })).body.includes('<meta name="password-min-length" content="15">'), url)
  }
})

t.test('who has it gets 304', async (t) => {
  const { headers: { etag } } = await app.inject({ url: '/' })
  for (const tag of [String(etag), `W/${String(etag)}`, `"x", ${String(etag)}`]) {
    t.match(await app.inject({ url: '/', headers: { 'if-none-match': tag } }), { statusCode: 304, body: '', headers: { etag } })
  }
  t.equal((await app.inject({ url: '/', headers: { 'if-none-match': '"x"' } })).statusCode, 200)
})

t.test('nothing else is in the folder, for whoever looks', async (t) => {
  for (const url of ['/console', '/console/', '/console/index.html', '/console/../package.json', '/console/%2e%2e/package.json']) t.equal((await app.inject({ url })).statusCode, 404, url)
})

t.test('CONSOLE=off removes it', async (t) => {
  const [RESET_URL, VERIFY_URL] = ['https://app.example/reset', 'https://app.example/verify']
  const { app } = await createTestApp(t, { environment: { CONSOLE: 'off', RESET_URL, VERIFY_URL } })
  for (const url of ['/', '/reset', '/verify', '/console/console.js']) t.equal((await app.inject({ url })).statusCode, 404, url)
})

t.test('where it is not built the service says so and serves the rest', async (t) => {
  const { logger, lines } = createTestLog('warn')
  const bare = Fastify({ loggerInstance: logger })
  t.teardown(async () => { await bare.close() })
  bare.decorate('config', app.config)
  await bare.register(consoleIn(`${folder}-missing`))
  t.equal((await bare.inject({ url: '/' })).statusCode, 404)
  t.match(lines(), [{ msg: /not built/ }])
})
