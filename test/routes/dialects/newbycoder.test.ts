// The dialect newbycoder, as its test page and its mobile apps speak it.
import t from 'tap'
import { readBase64 } from '../../../routes/dialects/newbycoder/base64.js'
import { password } from '../../helpers/client.js'
import { listen } from '../../helpers/transports.js'
import { leastOfThree, timed } from '../../helpers/until.js'
import { checkAlike, checkTokens, createDialectApp, disable, exchange, importUser, runExchanges, typesTaken } from './support.js'

const test = await createDialectApp(t, 'newbycoder')
const { app } = test
const [authenticate, getInfo] = ['/users/authenticate', '/users/getInfo']
const failed = { message: 'Username or password is incorrect' }
const noToken = { error: true, message: 'No token provided.' }
const badToken = { error: true, name: 'Token verification failed', message: /not valid/ }
const packed = btoa(password)
const device = { ip: null, userAgent: null }
await app.services.accounts.register({ email: null, username: 'taken', firstName: 'Ada', phone: '12345', password }, device)
await app.services.accounts.register({ email: null, username: 'disabled', password }, device)
await app.services.accounts.register({ email: 'mail@example.com', password: 'Kennwört für alle' }, device)
await disable(app, { username: 'disabled' })
await importUser(app, { id: 81623, username: 'imported', password: 'plain text of old', firstName: 'En', lastName: 'Cee', phone: '7685496767' }, true)
const [token, importedToken] = [await logIn('taken', packed), await logIn('imported', btoa('plain text of old'))]

async function logIn (username: string, password: string): Promise<string> {
  const reply = await exchange(app, { url: authenticate, json: { username, password } })
  return String((JSON.parse(reply.text) as { token: unknown }).token)
}

runExchanges(t, app, [
  { name: 'JSON logs in', url: authenticate, json: { username: 'taken', password: packed }, status: 200, answer: { token: /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/ } },
  { name: 'a form logs in', url: authenticate, form: { username: 'Taken', password: packed }, status: 200, answer: { token: /^eyJ/ } },
  { name: 'base64 in lines, as Android makes it, logs in', url: authenticate, json: { username: 'taken', password: `${packed.slice(0, 8)}\n${packed.slice(8)}\n` }, status: 200, answer: { token: /^eyJ/ } },
  { name: 'an e-mail logs in, with a password packed as UTF-8', url: authenticate, json: { username: 'mail@example.com', password: Buffer.from('Kennwört für alle').toString('base64') }, status: 200, answer: { token: /^eyJ/ } },
  { name: 'and with one that a browser packed as Latin-1', url: authenticate, json: { username: 'mail@example.com', password: btoa('Kennwört für alle') }, status: 200, answer: { token: /^eyJ/ } },
  { name: 'an imported account logs in', url: authenticate, json: { username: 'imported', password: btoa('plain text of old') }, status: 200, answer: { token: /^eyJ/ } },
  { name: 'a wrong password is incorrect', url: authenticate, json: { username: 'taken', password: btoa('wrong') }, status: 400, answer: failed },
  { name: 'an unknown name is incorrect', url: authenticate, json: { username: 'unknown', password: packed }, status: 400, answer: failed },
  { name: 'a password that is not packed is incorrect', url: authenticate, json: { username: 'taken', password }, status: 400, answer: failed },
  { name: 'a password whose base64 is cut short is incorrect', url: authenticate, json: { username: 'taken', password: 'abcde' }, status: 400, answer: failed },
  { name: 'without a password it is incorrect', url: authenticate, json: { username: 'taken' }, status: 400, answer: failed },
  { name: 'an object for a name is incorrect', url: authenticate, json: { username: { $ne: null }, password: packed }, status: 400, answer: failed },
  { name: 'a disabled account is told so after the right password', url: authenticate, json: { username: 'disabled', password: packed }, status: 400, answer: { message: 'This account is disabled.' } },
  { name: 'Authorization: Bearer gets the account', url: getInfo, headers: { authorization: `Bearer ${token}` }, status: 200, answer: { id: /^[0-9a-f-]{36}$/, username: 'taken', firstName: 'Ada', lastName: null, phone: '12345' } },
  { name: 'x-access-token gets the account', url: getInfo, headers: { 'x-access-token': importedToken }, status: 200, answer: { id: String, username: 'imported', firstName: 'En', lastName: 'Cee', phone: '7685496767' } },
  { name: 'x-access-token comes before Authorization', url: getInfo, headers: { 'x-access-token': importedToken, authorization: `Bearer ${token}` }, status: 200, answer: { id: String, username: 'imported', firstName: 'En', lastName: 'Cee', phone: '7685496767' } },
  { name: 'an empty x-access-token counts as none', url: getInfo, headers: { 'x-access-token': '', authorization: `Bearer ${token}` }, status: 200, answer: { id: String, username: 'taken', firstName: 'Ada', lastName: null, phone: '12345' } },
  { name: 'without a token it is forbidden', url: getInfo, status: 403, answer: noToken },
  { name: 'with another scheme it is forbidden', url: getInfo, headers: { authorization: `Basic ${packed}` }, status: 403, answer: noToken },
  { name: 'a token that does not count is refused', url: getInfo, headers: { authorization: 'Bearer null' }, status: 401, answer: badToken },
  { name: 'so it is in x-access-token', url: getInfo, headers: { 'x-access-token': `${token}, ${token}` }, status: 401, answer: badToken },
  { name: 'one too long is refused', url: getInfo, headers: { 'x-access-token': 'x'.repeat(9000) }, status: 401, answer: badToken },
  { name: 'what is no JSON is refused in the shape of the dialect', url: authenticate, raw: '{', headers: { 'content-type': 'application/json' }, status: 400, answer: { message: String } },
  { name: 'a body of another type is refused in the shape of the dialect', url: authenticate, raw: 'x', headers: { 'content-type': 'text/plain' }, status: 415, answer: { message: typesTaken } }
])

t.test('an account without a username is shown by its e-mail', async (t) => {
  const token = await logIn('mail@example.com', btoa('Kennwört für alle'))
  t.match(JSON.parse((await exchange(app, { url: getInfo, headers: { 'x-access-token': token } })).text), { username: 'mail@example.com' })
})

t.test('unknown name and wrong password get the same answer', async (t) => {
  await checkAlike(t, app, { url: authenticate, json: { username: 'nobody', password: packed } }, { url: authenticate, json: { username: 'imported', password: packed } })
})

t.test('base64 is read in either alphabet, padded or not, and what is none is told', async (t) => {
  for (const [text, read] of [['YQ==', 'a'], ['YQ', 'a'], ['YWI=', 'ab'], ['YWJj', 'abc'], ['8J-YgA', '😀'], ['8J+YgA==', '😀'], ['77u/YQ==', '\ufeffa'], ['/w==', 'ÿ'], ['', '']] as const) t.equal(readBase64(text), read, text)
  for (const text of ['YQ=', 'Y', 'YQ===', 'Y=Q=', 'YQ!!', '=', 'Ä']) t.equal(readBase64(text), null, text)
  const took = await leastOfThree(50, async () => await timed(() => { t.equal(readBase64(`${'='.repeat(16_000)}x`), null) }))
  t.ok(took < 50, `a long text takes no long time: ${took} ms`)
})

t.test('the tutorial\'s page authenticates and gets the info of the user', async (t) => {
  await importUser(app, { id: 26858, username: 'ncuser', password: 'ncpassword', firstName: 'En', lastName: 'Cee', phone: '7685496767' }, true)
  const url = await listen(app)
  const headers = { Accept: 'application/json', 'Content-Type': 'application/json' }
  const reply = await fetch(`${url}/users/authenticate`, { method: 'POST', headers, body: JSON.stringify({ username: 'ncuser', password: btoa('ncpassword') }) })
  const { token } = await reply.json() as { token: string }
  // The page names a content type on its GET as well.
  const info = await fetch(`${url}/users/getInfo`, { method: 'GET', headers: { ...headers, Authorization: 'Bearer ' + token } })
  const { id, ...others } = await info.json() as Record<string, unknown>
  t.match(id, /^[0-9a-f-]{36}$/)
  t.same(others, { username: 'ncuser', firstName: 'En', lastName: 'Cee', phone: '7685496767' })
  const before = await fetch(`${url}/users/getInfo`, { method: 'GET', headers: { ...headers, Authorization: 'Bearer null' } })
  t.match(await before.json(), { name: 'Token verification failed' })
})

let made = 0
checkTokens(t, {
  test,
  async logIn () {
    const username = `member${made += 1}`
    await app.services.accounts.register({ email: null, username, password }, device)
    return await logIn(username, packed)
  },
  ask: async (token) => await exchange(app, { url: getInfo, headers: { 'x-access-token': token } }),
  passes: 200,
  refuses: 401,
  lifeSeconds: 3600
})
