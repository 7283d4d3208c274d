// The dialect devdactic, as its Ionic app and Postman speak it.
import t from 'tap'
import { password } from '../../helpers/client.js'
import { listen } from '../../helpers/transports.js'
import { checkAlike, checkTokens, createDialectApp, disable, exchange, importUser, runExchanges, typesTaken } from './support.js'

const test = await createDialectApp(t, 'devdactic')
const { app } = test
const [register, login, special] = ['/api/register', '/api/login', '/api/special']
const missing = { msg: 'You need to send email and password' }
const refused = { msg: "The email and password don't match." }
await exchange(app, { url: register, json: { email: 'taken@example.com', password } })
await exchange(app, { url: register, json: { email: 'disabled@example.com', password } })
await disable(app, { email: 'disabled@example.com' })
await importUser(app, { _id: { $oid: '5c0dc18d349bc9479600c171' }, email: 'imported@example.com', password: '$2b$10$2WLRRE/IWW.1yXcEyt0sZeFS/257w6SAaigbMNMfcqX1JNZ1KKXGO', __v: 0 })
const token = await logIn('taken@example.com')

async function logIn (email: string): Promise<string> {
  const reply = await exchange(app, { url: login, json: { email, password } })
  return String((JSON.parse(reply.text) as { token: unknown }).token)
}

runExchanges(t, app, [
  { name: 'the API says that it is there', url: '/api', status: 200, type: 'text/html; charset=utf-8', answer: /^Hello, this is the API!$/ },
  { name: 'JSON makes an account', url: register, json: { email: 'json@example.com', password }, status: 201, answer: { _id: /^[0-9a-f-]{36}$/, email: 'json@example.com' } },
  { name: 'a form makes an account, its e-mail in the canonical form', url: register, form: { email: ' Form@Example.com', password }, status: 201, answer: { _id: /^[0-9a-f-]{36}$/, email: 'form@example.com' } },
  { name: 'members that the old server did not know are ignored, a role too', url: register, json: { email: 'more@example.com', password, role: 'admin', name: 'More' }, status: 201, answer: { _id: String, email: 'more@example.com' } },
  { name: 'a taken e-mail is told, in any spelling', url: register, json: { email: 'TAKEN@example.com', password }, status: 400, answer: { msg: 'The user already exists' } },
  { name: 'without a password nothing is made', url: register, json: { email: 'x@example.com' }, status: 400, answer: missing },
  { name: 'an empty e-mail counts as none', url: register, form: { email: '', password }, status: 400, answer: missing },
  { name: 'without a body nothing is made', method: 'POST', url: register, status: 400, answer: missing },
  { name: 'an object for an e-mail is none', url: login, json: { email: { $ne: null }, password }, status: 400, answer: missing },
  { name: 'a member twice in a form is none', url: login, raw: 'email=a%40b.c&email=d%40e.f&password=x', headers: { 'content-type': 'application/x-www-form-urlencoded' }, status: 400, answer: missing },
  { name: 'what is no e-mail is refused', url: register, json: { email: 'nobody', password }, status: 400, answer: { msg: 'This is not an e-mail address.' } },
  { name: 'a short password is refused in words', url: register, json: { email: 'weak@example.com', password: 'short' }, status: 400, answer: { msg: /at least 8 characters/ } },
  { name: 'a common password is refused in words', url: register, form: { email: 'weak@example.com', password: 'password1' }, status: 400, answer: { msg: /most common/ } },
  { name: 'JSON logs in', url: login, json: { email: 'taken@example.com', password }, status: 200, answer: { token: /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/ } },
  { name: 'a form logs in', url: login, form: { email: 'taken@example.com', password }, status: 200, answer: { token: /^eyJ/ } },
  { name: 'an imported account logs in with its bcrypt hash', url: login, json: { email: 'imported@example.com', password: 'password' }, status: 200, answer: { token: /^eyJ/ } },
  { name: 'a wrong password is refused', url: login, json: { email: 'taken@example.com', password: 'wrong' }, status: 400, answer: refused },
  { name: 'an unknown e-mail is refused', url: login, form: { email: 'unknown@example.com', password }, status: 400, answer: refused },
  { name: 'a disabled account is told so after the right password', url: login, json: { email: 'disabled@example.com', password }, status: 400, answer: { msg: 'This account is disabled.' } },
  { name: 'a disabled account is not told so after a wrong one', url: login, json: { email: 'disabled@example.com', password: 'wrong' }, status: 400, answer: refused },
  { name: 'the protected route greets', url: special, headers: { authorization: `Bearer ${token}` }, status: 200, answer: { msg: 'Hey taken@example.com! I open at the close.' } },
  { name: 'the scheme is read in any case', url: special, headers: { authorization: `bearer ${token}` }, status: 200, answer: { msg: String } },
  { name: 'without a token the answer is a text', url: special, status: 401, type: 'text/plain; charset=utf-8', answer: /^Unauthorized$/ },
  { name: 'so it is with a token that is none', url: special, headers: { authorization: 'Bearer null' }, status: 401, type: 'text/plain; charset=utf-8', answer: /^Unauthorized$/ },
  { name: 'what is no JSON is refused in the shape of the dialect', url: login, raw: '{"email"', headers: { 'content-type': 'application/json' }, status: 400, answer: { msg: String } },
  { name: 'a body of another type is refused in the shape of the dialect', url: login, raw: 'email', headers: { 'content-type': 'text/plain' }, status: 415, answer: { msg: typesTaken } },
  { name: 'a body that is too large is refused in the shape of the dialect', url: login, json: { email: 'x'.repeat(20_000), password }, status: 413, answer: { msg: String } }
])

t.test('unknown e-mail and wrong password get the same answer', async (t) => {
  await checkAlike(t, app, { url: login, json: { email: 'nobody@example.com', password } }, { url: login, json: { email: 'json@example.com', password: 'wrong' } })
})

t.test('the role in a registration gave nothing', async (t) => {
  t.equal((await app.stores.users.find({ email: 'more@example.com' }))?.role, 'client')
})

t.test('an account without an e-mail is greeted by its name', async (t) => {
  await app.services.accounts.register({ email: null, username: 'ada', password }, { ip: null, userAgent: null })
  const { body } = await test.client.post('/login', { json: { username: 'ada', password } })
  t.match((await exchange(app, { url: special, headers: { authorization: `Bearer ${String(body.accessToken)}` } })).text, 'Hey ada!')
})

t.test('where addresses must be verified, a taken one is not told, and nobody logs in before', async (t) => {
  const { app } = await createDialectApp(t, 'devdactic', { environment: { EMAIL_VERIFICATION: 'required' }, overrides: { stores: test.app.stores } })
  const answers = []
  for (let index = 0; index < 2; index += 1) answers.push(await exchange(app, { url: register, json: { email: 'ada@example.com', password } }))
  t.same(answers.map(({ status }) => status), [201, 201])
  for (const { text } of answers) t.match(JSON.parse(text), { _id: /^[0-9a-f-]{36}$/, email: 'ada@example.com' })
  const { status, text } = await exchange(app, { url: login, json: { email: 'ada@example.com', password } })
  t.equal(status, 400)
  t.match(JSON.parse(text), { msg: /not been verified/ })
})

t.test('a log-in from a new device is told by mail, as it is at the main API', async (t) => {
  await logIn('form@example.com')
  const before = await app.stores.mails.count()
  await exchange(app, { url: login, json: { email: 'form@example.com', password }, headers: { 'user-agent': 'a new device' } })
  t.equal(await app.stores.mails.count(), before + 1)
})

t.test('the tutorial\'s app registers, logs in, reads and forgets the token', async (t) => {
  const url = await listen(app)
  let token: string | null = null
  const headers = (): Record<string, string> => token === null ? {} : { authorization: `Bearer ${token}` }
  const post = async (path: string, body: object) => await fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json, text/plain, */*' }, body: JSON.stringify(body) })
  const credentials = { email: 'tutorial@example.com', password }

  t.equal((await fetch(`${url}/api/special`)).status, 401)
  t.match(await (await post('/api/register', credentials)).json(), { email: credentials.email })
  token = String((await (await post('/api/login', credentials)).json() as { token: unknown }).token)
  const greeting = await fetch(`${url}/api/special`, { headers: headers() })
  t.same(await greeting.json(), { msg: 'Hey tutorial@example.com! I open at the close.' })
  token = null
  t.equal((await fetch(`${url}/api/special`, { headers: headers() })).status, 401)
})

let made = 0
checkTokens(t, {
  test,
  async logIn () {
    const email = `member${made += 1}@example.com`
    await exchange(app, { url: register, json: { email, password } })
    return await logIn(email)
  },
  ask: async (token) => await exchange(app, { url: special, headers: { authorization: `Bearer ${token}` } }),
  passes: 200,
  refuses: 401,
  lifeSeconds: 3600
})
