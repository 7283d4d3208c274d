// The dialect slatepeak, as Postman and the start of a SaaS speak it.
import t from 'tap'
import { password } from '../../helpers/client.js'
import { listen } from '../../helpers/transports.js'
import { checkAlike, checkTokens, createDialectApp, disable, exchange, importUser, runExchanges, typesTaken } from './support.js'

const test = await createDialectApp(t, 'slatepeak')
const { app } = test
const [register, authenticate, dashboard] = ['/api/register', '/api/authenticate', '/api/dashboard']
const incomplete = { success: false, message: 'Please enter email and password.' }
const failed = { success: false, message: 'Authentication failed. User not found or password did not match.' }
const html = 'text/html; charset=utf-8'
const unauthorized = { status: 401, type: 'text/plain; charset=utf-8', answer: /^Unauthorized$/ }
await exchange(app, { url: register, form: { email: 'taken@example.com', password } })
await exchange(app, { url: register, form: { email: 'disabled@example.com', password } })
await disable(app, { email: 'disabled@example.com' })
const importedId = await importUser(app, { _id: { $oid: '5720f8a5b1c0a9d40c8ab3a1' }, email: 'imported@example.com', password: '$2b$10$2WLRRE/IWW.1yXcEyt0sZeFS/257w6SAaigbMNMfcqX1JNZ1KKXGO', role: 'Manager', __v: 0 })
const token = await logIn('taken@example.com')

/** As the answer has it: with the scheme before it. */
async function logIn (email: string): Promise<string> {
  const reply = await exchange(app, { url: authenticate, form: { email, password } })
  return String((JSON.parse(reply.text) as { token: unknown }).token)
}

runExchanges(t, app, [
  { name: 'a form makes an account', url: register, form: { email: 'form@example.com', password }, status: 200, answer: { success: true, message: 'Successfully created new user.' } },
  { name: 'JSON makes an account', url: register, json: { email: 'json@example.com', password }, status: 200, answer: { success: true, message: 'Successfully created new user.' } },
  { name: 'a taken e-mail is told', url: register, form: { email: 'Taken@example.com', password }, status: 200, answer: { success: false, message: 'That email address already exists.' } },
  { name: 'without a password nothing is made', url: register, form: { email: 'x@example.com' }, status: 200, answer: incomplete },
  { name: 'without a body nothing is made', method: 'POST', url: register, status: 200, answer: incomplete },
  { name: 'an object for an e-mail is none', url: authenticate, json: { email: { $ne: 1 }, password }, status: 200, answer: incomplete },
  { name: 'what is no e-mail is refused in words', url: register, form: { email: 'nobody', password }, status: 200, answer: { success: false, message: 'This is not an e-mail address.' } },
  { name: 'a weak password is refused in words', url: register, form: { email: 'weak@example.com', password: 'short' }, status: 200, answer: { success: false, message: /at least 8/ } },
  { name: 'a form logs in', url: authenticate, form: { email: 'taken@example.com', password }, status: 200, answer: { success: true, token: /^JWT eyJ[\w-]+\.[\w-]+\.[\w-]+$/ } },
  { name: 'JSON logs in', url: authenticate, json: { email: 'taken@example.com', password }, status: 200, answer: { success: true, token: /^JWT eyJ/ } },
  { name: 'an imported account logs in with its bcrypt hash', url: authenticate, form: { email: 'imported@example.com', password: 'password' }, status: 200, answer: { success: true, token: /^JWT / } },
  { name: 'a wrong password fails', url: authenticate, form: { email: 'taken@example.com', password: 'wrong' }, status: 200, answer: failed },
  { name: 'an unknown e-mail fails', url: authenticate, json: { email: 'unknown@example.com', password }, status: 200, answer: failed },
  { name: 'a disabled account is told so after the right password', url: authenticate, form: { email: 'disabled@example.com', password }, status: 200, answer: { success: false, message: 'This account is disabled.' } },
  { name: 'the token as it was sent opens the dashboard', url: dashboard, headers: { authorization: token }, status: 200, type: html, answer: /^It worked! User id is: [0-9a-f-]{36}\.$/ },
  { name: 'the scheme is read in any case', url: dashboard, headers: { authorization: token.replace('JWT', 'jwt') }, status: 200, type: html, answer: /^It worked!/ },
  { name: 'Bearer opens it too', url: dashboard, headers: { authorization: token.replace('JWT', 'Bearer') }, status: 200, type: html, answer: /^It worked!/ },
  { name: 'without a token the answer is a text', url: dashboard, ...unauthorized },
  { name: 'a token with one character changed does not count', url: dashboard, headers: { authorization: `${token.slice(0, 60)}${token[60] === 'A' ? 'B' : 'A'}${token.slice(61)}` }, ...unauthorized },
  { name: 'two tokens do not count', url: dashboard, headers: { authorization: `${token}, ${token}` }, ...unauthorized },
  { name: 'a scheme of somebody else does not count', url: dashboard, headers: { authorization: token.replace('JWT', 'Token') }, ...unauthorized },
  { name: 'a body of another type is refused in the shape of the dialect, with its status', url: authenticate, raw: 'x', headers: { 'content-type': 'text/plain' }, status: 415, answer: { success: false, message: typesTaken } }
])

t.test('unknown e-mail and wrong password get the same answer', async (t) => {
  await checkAlike(t, app, { url: authenticate, json: { email: 'nobody@example.com', password } }, { url: authenticate, json: { email: 'json@example.com', password: 'wrong' } })
})

t.test('an imported Manager is a manager', async (t) => {
  t.equal((await app.stores.users.find({ id: importedId }))?.role, 'manager')
})

t.test('the main API does not take the scheme JWT', async (t) => {
  t.equal((await test.client.get('/profile', { headers: { authorization: token } })).code, 'unauthorized')
})

t.test('the tutorial\'s steps in Postman: register, again, authenticate, dashboard', async (t) => {
  const url = await listen(app)
  const post = async (path: string) => await (await fetch(`${url}/api${path}`, { method: 'POST', body: new URLSearchParams({ email: 'ada@example.com', password }) })).json() as Record<string, unknown>

  t.same(await post('/register'), { success: true, message: 'Successfully created new user.' })
  t.same(await post('/register'), { success: false, message: 'That email address already exists.' })
  const { token } = await post('/authenticate')
  const page = await fetch(`${url}/api/dashboard`, { headers: { Authorization: String(token) } })
  const { id } = await app.stores.users.find({ email: 'ada@example.com' }) ?? {}
  t.equal(await page.text(), `It worked! User id is: ${String(id)}.`)
  const refused = await fetch(`${url}/api/dashboard`)
  t.equal(await refused.text(), 'Unauthorized')
})

let made = 0
checkTokens(t, {
  test,
  async logIn () {
    const email = `member${made += 1}@example.com`
    await exchange(app, { url: register, form: { email, password } })
    return (await logIn(email)).replace('JWT ', '')
  },
  ask: async (token) => await exchange(app, { url: dashboard, headers: { authorization: `JWT ${token}` } }),
  passes: 200,
  refuses: 401,
  lifeSeconds: 10_080
})
