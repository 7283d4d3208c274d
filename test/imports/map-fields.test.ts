// --map.
import t from 'tap'
import { parseFieldMap } from '../../src/imports/map-fields.js'
import { userFields } from '../../src/imports/user-rows.js'

t.test('a map names our field and the member it comes from', async t => {
  t.same(parseFieldMap('email=UserName, passwordHash = password', userFields), { map: new Map([['email', 'UserName'], ['passwordHash', 'password']]) })
  t.same(parseFieldMap('email=odd=name', userFields), { map: new Map([['email', 'odd=name']]) })
})

t.test('anything else is a fault that says what is wrong', async t => {
  for (const text of ['', 'email', 'email=', '=UserName', 'email=a,', 'email=a,,role=b']) t.match(parseFieldMap(text, userFields).fault, /not of the form field=member/, text)
  t.match(parseFieldMap('mail=a', userFields).fault, /There is no field "mail"\. There are id, email, username,/)
  t.match(parseFieldMap('email=a,email=b', userFields).fault, /"email" is mapped twice/)
})
