// The dialect dotnetcurry, as its Knockout page speaks it. Under a prefix: at the root the main API has /users and /persons.
import t from 'tap'
import { password } from '../../helpers/client.js'
import { listen } from '../../helpers/transports.js'
import { checkAlike, checkTokens, createDialectApp, disable, exchange, importUser, runExchanges, setRole, typesTaken } from './support.js'

const test = await createDialectApp(t, 'dotnetcurry@/old')
const { app } = test
const [createUser, authUser, users, persons] = ['/old/createuser', '/old/authuser', '/old/users', '/old/persons']
const failed = { authsuccess: false, description: 'User Authentication failed because user not found or password is wrong.' }
const sent = { authsuccess: true, description: 'Sending the Access Token', accessToken: /^eyJ/ }
await exchange(app, { url: createUser, form: { UserName: 'taken', Password: password } })
await exchange(app, { url: createUser, form: { UserName: 'disabled', Password: password } })
await disable(app, { username: 'disabled' })
await importUser(app, { _id: { $oid: '57bea4e0a1b2c3d4e5f60718' }, UserName: 'imported', Password: 'plain text of old', __v: 0 }, true)
await importUser(app, { _id: { $oid: '57bea4e0a1b2c3d4e5f60719' }, UserName: 'Imported@Example.com', Password: 'plain text of old', __v: 0 }, true)
await app.services.persons.create({ personId: '1', name: 'Grace Hopper', email: 'grace@example.com', age: 37 })
await app.services.persons.create({ personId: '2', name: 'Nobody "Known"' })
await setRole(app, await importUser(app, { UserName: 'root.admin', Password: password }, true), 'admin')
const [token, adminToken] = [await logIn('taken'), await logIn('root.admin')]

async function logIn (UserName: string): Promise<string> {
  const reply = await exchange(app, { url: authUser, form: { UserName, Password: password } })
  return String((JSON.parse(reply.text) as { accessToken: unknown }).accessToken)
}

runExchanges(t, app, [
  { name: 'a form makes an account', url: createUser, form: { UserName: 'form', Password: password }, status: 200, answer: { createduccessfully: true } },
  { name: 'JSON makes an account', url: createUser, json: { UserName: 'json', Password: password }, status: 200, answer: { createduccessfully: true } },
  { name: 'an e-mail makes an account that has one', url: createUser, form: { UserName: 'Mail@Example.com', Password: password }, status: 200, answer: { createduccessfully: true } },
  { name: 'a taken name is told, in any case', url: createUser, form: { UserName: 'TAKEN', Password: password }, status: 200, answer: { createduccessfully: false, description: /exists/ } },
  { name: 'a taken e-mail is told', url: createUser, form: { UserName: 'imported@example.com', Password: password }, status: 200, answer: { createduccessfully: false, description: /exists/ } },
  { name: 'a weak password is refused in words', url: createUser, form: { UserName: 'weak', Password: 'short' }, status: 200, answer: { createduccessfully: false, description: /at least 8/ } },
  { name: 'the name is no password', url: createUser, form: { UserName: 'weak.password', Password: 'weak.password' }, status: 200, answer: { createduccessfully: false, description: /must not be the username/ } },
  { name: 'a name with spaces is refused in words', url: createUser, form: { UserName: 'two words', Password: password }, status: 200, answer: { createduccessfully: false, description: /3 to 64/ } },
  { name: 'half an e-mail is refused in words', url: createUser, form: { UserName: 'half@', Password: password }, status: 200, answer: { createduccessfully: false, description: 'This is not an e-mail address.' } },
  { name: 'without a name nothing is made', url: createUser, form: { Password: password }, status: 200, answer: { createduccessfully: false, description: 'UserName and Password are needed.' } },
  { name: 'a body of another type is refused in the shape of /createuser', url: createUser, raw: 'x', headers: { 'content-type': 'text/plain' }, status: 415, answer: { createduccessfully: false, description: typesTaken } },
  { name: 'a form logs in', url: authUser, raw: `UserName=taken&Password=${password.replaceAll(' ', '+')}`, headers: { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' }, status: 200, answer: sent },
  { name: 'JSON logs in', url: authUser, json: { UserName: 'Taken', Password: password }, status: 200, answer: sent },
  { name: 'white space around the name does not count', url: authUser, form: { UserName: ' taken ', Password: password }, status: 200, answer: sent },
  { name: 'an account made by its e-mail logs in by it', url: authUser, form: { UserName: 'mail@example.com', Password: password }, status: 200, answer: sent },
  { name: 'an imported name logs in', url: authUser, form: { UserName: 'imported', Password: 'plain text of old' }, status: 200, answer: sent },
  { name: 'an imported name that is an e-mail logs in', url: authUser, form: { UserName: 'Imported@Example.com', Password: 'plain text of old' }, status: 200, answer: sent },
  { name: 'a wrong password fails', url: authUser, form: { UserName: 'taken', Password: 'wrong' }, status: 200, answer: failed },
  { name: 'an unknown name fails', url: authUser, form: { UserName: 'unknown', Password: password }, status: 200, answer: failed },
  { name: 'without a password it fails', url: authUser, form: { UserName: 'taken' }, status: 200, answer: failed },
  { name: 'an object for a password fails', url: authUser, json: { UserName: 'taken', Password: { $ne: '' } }, status: 200, answer: failed },
  { name: 'a disabled account is told so after the right password', url: authUser, form: { UserName: 'disabled', Password: password }, status: 200, answer: { authsuccess: false, description: 'This account is disabled.' } },
  { name: 'persons come as an array, ages as texts', url: persons, headers: { authorization: `Bearer ${token}` }, status: 200, answer: [{ PersonId: '1', PersonName: 'Grace Hopper', Email: 'grace@example.com', Age: '37' }, { PersonId: '2', PersonName: 'Nobody "Known"', Email: null, Age: null }] },
  { name: 'persons need a token', url: persons, status: 401, answer: { authsuccess: false, description: 'A Bearer token is needed.' } },
  { name: 'persons need a token that counts', url: persons, headers: { authorization: 'Bearer null' }, status: 401, answer: { authsuccess: false, description: /not valid/ } },
  { name: 'users need an admin', url: users, headers: { authorization: `Bearer ${token}` }, status: 403, answer: { authsuccess: false, description: /role/ } },
  { name: 'users need a token', url: users, status: 401, answer: { authsuccess: false, description: String } },
  { name: 'an unknown address under the prefix is refused in the shape of the dialect', url: '/old/nothing', status: 404, answer: { authsuccess: false, description: String } },
  { name: 'so is a method that an address does not take', method: 'DELETE', url: persons, status: 405, answer: { authsuccess: false, description: String } }
])

t.test('unknown name and wrong password get the same answer', async (t) => {
  await checkAlike(t, app, { url: authUser, json: { UserName: 'nobody', Password: password } }, { url: authUser, json: { UserName: 'json', Password: 'wrong' } })
})

t.test('an admin gets the users with their names, and no password in any form', async (t) => {
  const reply = await exchange(app, { url: users, headers: { authorization: `Bearer ${adminToken}` } })
  const list = JSON.parse(reply.text) as object[]
  t.equal(reply.status, 200)
  t.same([...new Set(list.flatMap(Object.keys))], ['_id', 'UserName'])
  t.match(list.map((user) => 'UserName' in user && user.UserName), ['taken', 'disabled', 'imported', 'imported@example.com'])
})

t.test('an account made by a name has that name and no e-mail, one made by an e-mail only that', async (t) => {
  t.match(await app.stores.users.find({ username: 'form' }), { email: null, username: 'form', role: 'client' })
  t.match(await app.stores.users.find({ email: 'mail@example.com' }), { username: null })
})

t.test('a list of several pages comes whole and in order', async (t) => {
  const { app } = await createDialectApp(t, 'dotnetcurry@/old')
  const now = app.clock()
  const ids = Array.from({ length: 450 }, (_, index) => `019350a4-5c1e-7b6a-9c4f-${String(index).padStart(12, '0')}`)
  await app.stores.persons.insertMany(ids.map((id, index) => ({ id, personId: String(index), name: 'x', email: null, age: null, createdAt: now, updatedAt: now, version: 1 })))
  await exchange(app, { url: createUser, form: { UserName: 'ada', Password: password } })
  const signedIn = await exchange(app, { url: authUser, form: { UserName: 'ada', Password: password } })
  const reply = await exchange(app, { url: persons, headers: { authorization: `Bearer ${String((JSON.parse(signedIn.text) as { accessToken: unknown }).accessToken)}` } })
  t.same((JSON.parse(reply.text) as Array<{ PersonId: string }>).map(({ PersonId }) => PersonId), ids.map((_, index) => String(index)))
})

t.test('the tutorial\'s page registers, logs in, loads the data', async (t) => {
  const url = `${await listen(app)}/old`
  // jQuery's $.ajax with `data`, and the page's misspelled `contenttype`: a form.
  const ajax = async (path: string, data: string) => await (await fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' }, body: data })).json() as Record<string, unknown>
  const sessionStorage = new Map<string, string>()

  t.same(await ajax('/createuser', new URLSearchParams({ UserName: 'tutorial', Password: 'correct-horse' }).toString()), { createduccessfully: true })
  const signedIn = await ajax('/authuser', 'UserName=tutorial&Password=correct-horse')
  t.match(signedIn, { authsuccess: true })
  sessionStorage.set('accessToken', String(signedIn.accessToken))
  const loaded = await fetch(`${url}/persons`, { headers: { Authorization: 'Bearer ' + String(sessionStorage.get('accessToken')) } })
  t.same(await loaded.json(), [{ PersonId: '1', PersonName: 'Grace Hopper', Email: 'grace@example.com', Age: '37' }, { PersonId: '2', PersonName: 'Nobody "Known"', Email: null, Age: null }])
  t.equal((await fetch(`${url}/persons`)).status, 401)
})

let made = 0
checkTokens(t, {
  test,
  async logIn () {
    const UserName = `member${made += 1}`
    await exchange(app, { url: createUser, form: { UserName, Password: password } })
    return await logIn(UserName)
  },
  ask: async (token) => await exchange(app, { url: persons, headers: { authorization: `Bearer ${token}` } }),
  passes: 200,
  refuses: 401,
  lifeSeconds: 3600
})
