// Values that no honest client sends, as JSON, as text and as query.

/** What database queries are made of, where a plain value belongs. */
export const operatorObjects: readonly unknown[] = [
  { $ne: null }, { $ne: '' }, { $eq: 'x' }, { $gt: '' }, { $gte: '' }, { $lt: '~' }, { $lte: '~' }, { $in: ['x'] }, { $nin: [] },
  { $exists: true }, { $type: 2 },
  { $regex: '.*' }, { $regex: '^(a+)+$', $options: 'i' }, { $where: 'sleep(1000)' }, { $expr: { $eq: [1, 1] } },
  { $not: { $eq: 'x' } }, { $or: [{}, {}] },
  { $and: [{}] }, { $nor: [{ a: 1 }] }, { $elemMatch: {} }, { $all: [] }, { $size: 0 }, { $mod: [1, 0] }, { $jsonSchema: {} },
  { $function: { body: 'return true', args: [], lang: 'js' } },
  { $set: { role: 'admin' } }, { $unset: 'passwordHash' }, { $oid: '019350a45c1e7b6a9c4f2f1d' }, { $numberLong: '1' }, { $date: 0 }
]

/** Of no type that a text, a number or a switch may be of. */
export const wrongTypes: readonly unknown[] = [['x'], [], [['x']], {}, { toString: 'x' }, { length: 8 }, [null]]

/** Where a text belongs. */
export const brokenTexts: readonly string[] = ['\ud800', 'a\udc00b', '\udc00\ud800', `${'x'.repeat(20)}\ud83d`]

/** What stands after the name of a member of the query. */
export const queryOperators: readonly string[] = [
  '[$ne]=', '[$gt]=', '[$where]=sleep(1000)', '[$regex]=.*', '[]=1', '[0]=1', '[__proto__]=1', '.$ne=', '[constructor][prototype]=1', '=a&%s=b'
]

/** No JSON object, or one with what only a parser could mistake for a member. */
export function brokenJson (good: string): Record<string, string | Buffer> {
  const rest = good.slice(1)
  return {
    'an open brace': '{',
    'no value': '{"a":}',
    'a comma too many': `${good.slice(0, -1)},}`,
    'single quotes': good.replaceAll('"', "'"),
    'a comment': `/* */${good}`,
    'two objects': `${good}${good}`,
    'NaN': '{"a":NaN}',
    'a NUL': '\u0000',
    'a NUL after it': `${good}\u0000`,
    'undefined': 'undefined',
    'an array': `[${good}]`,
    'null': 'null',
    'a text': '"x"',
    'a number': '1',
    '__proto__': `{"__proto__":{"role":"admin"},${rest}`,
    '__proto__, escaped': `{"__pro\\u0074o__":{"role":"admin"},${rest}`,
    'constructor': `{"constructor":{"prototype":{"role":"admin"}},${rest}`,
    'arrays, 7,000 deep': `${'['.repeat(7000)}${']'.repeat(7000)}`,
    'objects, 2,500 deep': `${'{"a":'.repeat(2500)}1${'}'.repeat(2500)}`,
    'a number of 15,000 digits': `{"a":${'9'.repeat(15_000)}}`,
    '1,500 members': `{${Array.from({ length: 1500 }, (_, index) => `"k${index}":1`).join()}}`,
    'UTF-16': Buffer.from(good, 'utf16le'),
    'no UTF-8': Buffer.concat([Buffer.from('{"'), Buffer.of(0xff, 0xfe, 0x80), Buffer.from('":1}')])
  }
}

/** Beyond every limit of size. */
export const hugeJson: Record<string, string> = {
  'arrays, 100,000 deep': `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
  'objects, 100,000 deep': `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
  '100,000 members': `{${Array.from({ length: 100_000 }, (_, index) => `"k${index}":1`).join()}}`,
  'a password of 1 MB': JSON.stringify({ email: 'ada@example.com', password: 'x'.repeat(2 ** 20) }),
  '1 MB of blanks': ' '.repeat(2 ** 20)
}

/** None of them is application/json. */
export const wrongTypesOfContent: readonly string[] = [
  'text/plain', 'text/json', 'application/xml', 'multipart/form-data; boundary=x', 'application/json-patch+json', 'application/octet-stream',
  'application/jsonx', 'application', 'json', 'application/json,text/plain', '*/*', 'application/x-ndjson', 'application/bson', 'text/html'
]
