// The dialect joshmorony, as its Ionic test page speaks it.
import t from 'tap'
import { password } from '../../helpers/client.js'
import { listen } from '../../helpers/transports.js'
import { checkAlike, checkTokens, createDialectApp, disable, exchange, importUser, runExchanges, typesTaken } from './support.js'

const test = await createDialectApp(t, 'joshmorony')
const { app } = test
const [users, auth, protectedRoute] = ['/users', '/auth', '/users/test']
const incomplete = { statusCode: 400, error: 'Bad Request', message: 'email and password are needed' }
const unauthorized = { statusCode: 401, error: 'Unauthorized' }
await exchange(app, { url: users, json: { email: 'taken@example.com', password } })
await exchange(app, { url: users, json: { email: 'disabled@example.com', password } })
await disable(app, { email: 'disabled@example.com' })
await importUser(app, { _id: { $oid: '5c0dc18d349bc9479600c171' }, email: 'Imported@Example.com', password: '$2b$10$2WLRRE/IWW.1yXcEyt0sZeFS/257w6SAaigbMNMfcqX1JNZ1KKXGO', __v: 0 })
const token = await logIn('taken@example.com')

async function logIn (email: string): Promise<string> {
  const reply = await exchange(app, { url: auth, json: { email, password } })
  return String((JSON.parse(reply.text) as { token: unknown }).token)
}

runExchanges(t, app, [
  { name: 'JSON makes an account', url: users, json: { email: 'json@example.com', password }, status: 201, answer: { _id: /^[0-9a-f-]{36}$/, email: 'json@example.com' } },
  { name: 'a form makes an account', url: users, form: { email: 'form@example.com', password }, status: 201, answer: { _id: /^[0-9a-f-]{36}$/, email: 'form@example.com' } },
  { name: 'a taken e-mail is a conflict', url: users, json: { email: 'Taken@example.com', password }, status: 409, answer: { statusCode: 409, error: 'Conflict', message: /exists/ } },
  { name: 'a weak password is a bad request', url: users, json: { email: 'weak@example.com', password: 'short' }, status: 400, answer: { statusCode: 400, error: 'Bad Request', message: /at least 8/ } },
  { name: 'what is no e-mail is a bad request', url: users, json: { email: 'nobody', password }, status: 400, answer: { statusCode: 400, error: 'Bad Request', message: 'This is not an e-mail address.' } },
  { name: 'a missing member is a bad request', url: users, json: { email: 'x@example.com' }, status: 400, answer: incomplete },
  { name: 'so it is at the log-in', url: auth, json: { password }, status: 400, answer: incomplete },
  { name: 'an object for a password is a bad request', url: auth, json: { email: 'taken@example.com', password: { $gt: '' } }, status: 400, answer: incomplete },
  { name: 'JSON logs in', url: auth, json: { email: 'taken@example.com', password }, status: 201, answer: { expiresIn: 3600, token: /^eyJ/ } },
  { name: 'a form logs in', url: auth, form: { email: 'taken@example.com', password }, status: 201, answer: { expiresIn: 3600, token: /^eyJ/ } },
  { name: 'an imported account logs in with its bcrypt hash', url: auth, json: { email: 'Imported@Example.com', password: 'password' }, status: 201, answer: { expiresIn: 3600, token: /^eyJ/ } },
  { name: 'a wrong password is unauthorized', url: auth, json: { email: 'taken@example.com', password: 'wrong' }, status: 401, answer: unauthorized },
  { name: 'an unknown e-mail is unauthorized', url: auth, json: { email: 'unknown@example.com', password }, status: 401, answer: unauthorized },
  { name: 'a disabled account is told so after the right password', url: auth, json: { email: 'disabled@example.com', password }, status: 403, answer: { statusCode: 403, error: 'Forbidden', message: 'This account is disabled.' } },
  { name: 'the protected route answers', url: protectedRoute, headers: { authorization: `Bearer ${token}` }, status: 200, answer: { message: 'You did it!' } },
  { name: 'without a token it is unauthorized', url: protectedRoute, status: 401, answer: unauthorized },
  { name: 'with a token that is none it is unauthorized', url: protectedRoute, headers: { authorization: 'Bearer undefined' }, status: 401, answer: unauthorized },
  { name: 'what is no JSON is a bad request', url: auth, raw: '{', headers: { 'content-type': 'application/json' }, status: 400, answer: { statusCode: 400, error: 'Bad Request', message: String } },
  { name: 'a body of another type is refused in the shape of the dialect', url: auth, raw: 'x', headers: { 'content-type': 'text/plain' }, status: 415, answer: { statusCode: 415, error: 'Unsupported Media Type', message: typesTaken } }
])

t.test('unknown e-mail and wrong password get the same answer', async (t) => {
  await checkAlike(t, app, { url: auth, json: { email: 'nobody@example.com', password } }, { url: auth, json: { email: 'json@example.com', password: 'wrong' } })
})

t.test('GET /users stays the main API\'s, for admins', async (t) => {
  t.equal((await test.client.get('/users', { token })).code, 'forbidden')
})

t.test('the tutorial\'s page creates, signs in, tests the route, logs out and is refused', async (t) => {
  const url = await listen(app)
  let jwt: string | null = null
  const post = async (path: string, body: object) => await fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  const testRoute = async () => await fetch(`${url}/users/test`, { headers: { Authorization: 'Bearer ' + String(jwt) } })
  const credentials = { email: 'ada@example.com', password }

  t.equal((await post('/users', credentials)).status, 201)
  const signedIn = await post('/auth', credentials)
  jwt = String((await signedIn.json() as { token: unknown }).token)
  t.same(await (await testRoute()).json(), { message: 'You did it!' })
  jwt = null
  t.same(await (await testRoute()).json(), unauthorized)
})

let made = 0
checkTokens(t, {
  test,
  async logIn () {
    const email = `member${made += 1}@example.com`
    await exchange(app, { url: users, json: { email, password } })
    return await logIn(email)
  },
  ask: async (token) => await exchange(app, { url: protectedRoute, headers: { authorization: `Bearer ${token}` } }),
  passes: 200,
  refuses: 401,
  lifeSeconds: 3600
})
