// Reading rows from the files that older servers' exports are.
import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { type ReadRow, type RowFormat, readRows } from '../../src/imports/read-rows.js'
import { longestRow } from '../../src/imports/rows.js'
import { leastOfThree, timed } from '../helpers/until.js'

const bcryptHash = '$2b$10$2WLRRE/IWW.1yXcEyt0sZeFS/257w6SAaigbMNMfcqX1JNZ1KKXGO'

async function all (stream: Readable, format: RowFormat = 'auto'): Promise<ReadRow[]> {
  const rows: ReadRow[] = []
  for await (const row of readRows(stream, format)) rows.push(row)
  return rows
}
const sample = (name: string, format?: RowFormat): Promise<ReadRow[]> => all(createReadStream(resolve('test/imports/samples', name)), format)
const text = (...chunks: string[]): Readable => Readable.from(chunks.map(chunk => Buffer.from(chunk)))

t.test('relaxed extended JSON, one object a line, comes as plain values', async t => {
  t.same(await sample('mongoexport-relaxed.ndjson'), [
    { line: 1, row: { _id: '5c0dc18d349bc9479600c171', email: 'someone@example.com', password: bcryptHash, __v: 0 } },
    { line: 2, row: { _id: '5c0dc18e349bc9479600c172', email: 'Other@Example.com', password: bcryptHash, role: 'Manager', createdAt: new Date('2019-01-02T03:04:05.678Z'), __v: 0 } }
  ])
})

t.test('canonical extended JSON in an array comes as plain values, brackets in strings notwithstanding', async t => {
  t.same(await sample('mongoexport-canonical.json'), [
    { line: 1, row: { _id: '5c0dc18d349bc9479600c171', email: 'someone@example.com', password: bcryptHash, createdAt: new Date(1544405389000), logins: 7, score: 1.5, total: 12.25, __v: 0 } },
    { line: 2, row: { _id: '5c0dc18e349bc9479600c172', email: 'brackets]}"\\@example.com', updatedAt: new Date(1544405390000), tags: ['a', { b: [']'] }] } }
  ])
})

t.test('members that only look like extended JSON stay as they are', async t => {
  const row = { a: { $oid: 'x', more: 1 }, b: {}, c: { $other: 1 }, d: { $date: true }, e: { $uuid: 'u' }, f: null, __proto__x: 1 }
  t.same(await all(text(JSON.stringify(row))), [{ line: 1, row: { ...row, d: true, e: 'u' } }])
})

t.test('a member named __proto__ is a member like any other', async t => {
  const [read] = await all(text('{"__proto__":{"role":"admin"},"email":"me@example.com"}'))
  t.equal(read?.row?.['role'], undefined)
  t.same(Object.keys(read?.row ?? {}), ['__proto__', 'email'])
})

t.test('CSV has semicolons, a byte order mark, quotes and CRLF, and a line of other width is told', async t => {
  t.same(await sample('users-semicolon.csv'), [
    { line: 2, row: { UserName: 'ncuser', Password: 'ncpassword', firstName: 'En "the" \r\nCee', phone: '7685496767' } },
    { line: 4, error: 'This has 2 columns, the header 4.', text: 'short;row' },
    { line: 6, row: { UserName: 'test.user', Password: 'semi;colon', firstName: 'T\u00e9st', phone: '' } }
  ])
})

t.test('CSV has one end of line or another, or several', async t => {
  for (const [first, second] of [['\n', '\r\n'], ['\r\n', '\n'], ['\r', '\n'], ['\r', '\r']]) {
    t.same((await all(text(`a,b${first}1,2${second}3,4${first}`))).map(({ row }) => row), [{ a: '1', b: '2' }, { a: '3', b: '4' }])
  }
})

t.test('what is not UTF-8 is told and not read as something else, in every format', async t => {
  const latin = (words: string): Readable => Readable.from([Buffer.from(words, 'latin1')])
  t.same(await all(latin('{"name":"Müller"}\n{"name":"Ada"}')), [{ line: 1, error: 'This is not valid UTF-8.', text: '{"name":"Müller"}' }, { line: 2, row: { name: 'Ada' } }])
  t.same(await all(latin('[{"name":"Müller"},{"name":"Ada"}]')), [{ line: 1, error: 'This is not valid UTF-8.', text: '{"name":"Müller"}' }, { line: 2, row: { name: 'Ada' } }])
  t.match(await all(latin('näme,city\nAda,Ulm\n')), [{ line: 1, error: 'The CSV cannot be read from here on: the header is not valid UTF-8.' }])
  const [first, second] = [Buffer.from('name,city\nM\u00fcller,').subarray(0, 12), Buffer.from('name,city\nM\u00fcller,Ulm\n').subarray(12)]
  t.same(await all(Readable.from([first, second])), [{ line: 2, row: { name: 'M\u00fcller', city: 'Ulm' } }], 'a character across two chunks')
})

t.test('a row of a CSV that is not UTF-8 is told with its line, and those before it and after it are read', async t => {
  const lines = Array.from({ length: 1500 }, (_, index) => index === 899 ? 'M\u00fcller,Ulm' : index === 1200 ? '"two\nlines",x' : `Ada ${index},Ulm`)
  const whole = Buffer.from(`name,city\n${lines.join('\n')}\n`, 'latin1')
  for (const chunks of [[whole], [whole.subarray(0, 7000), whole.subarray(7000)]]) {
    const reads = await all(Readable.from(chunks))
    t.equal(reads.length, 1500)
    t.same(reads.filter(({ error }) => error !== undefined), [{ line: 901, error: 'This is not valid UTF-8.', text: 'M\u00fcller,Ulm' }])
    t.match(reads.at(-1), { line: 1502, row: { name: 'Ada 1499' } })
  }
})

t.test('a row that is nested 50,000 deep is told, and the next one is read', async t => {
  const deep = `{"name":${'['.repeat(50_000)}${']'.repeat(50_000)}}`
  for (const read of [await all(text(`${deep}\n{"name":"Ada"}`)), await all(text(`[${deep},{"name":"Ada"}]`))]) {
    t.match(read, [{ line: 1, error: 'This is nested more than 100 deep.' }, { line: 2, row: { name: 'Ada' } }])
  }
})

t.test('a column that the header of a CSV names twice is told; columns without a name are not', async t => {
  t.match(await all(text('email,name,email\n', 'a@example.com,A,\n')), [{ error: 'The CSV cannot be read from here on: the header names email twice.' }])
  t.match(await all(text('email,email\na,b\nc,d\ne,f\n')), [{ line: 1, error: /twice/ }])
  t.match(await all(text('email,email')), [{ error: /twice/ }])
  t.same(await all(text('a,,\n1,2,3\n')), [{ line: 2, row: { a: '1', '': '3' } }])
})

t.test('CSV has commas or tabs, and delimiters within quotes do not count', async t => {
  t.same((await sample('persons.csv')).map(read => read.row?.['PersonName']), ['Grace Hopper', 'Lovelace, Ada'])
  t.same(await all(text('"a;b;c",d\n1,2')), [{ line: 2, row: { 'a;b;c': '1', d: '2' } }])
  t.same(await all(text('a\tb,c\td\n1\t2\t3\n')), [{ line: 2, row: { a: '1', 'b,c': '2', d: '3' } }])
  t.same(await all(text('a,b\n"x\ny","z ""q""",3')), [{ line: 2, error: 'This has 3 columns, the header 2.', text: '"x\ny","z ""q""",3' }])
})

t.test('CSV whose quote is never closed gives the rows before it and then an error', async t => {
  const reads = await all(text('a,b\n1,2\n3,"never\n4,5\n'))
  t.same(reads[0], { line: 2, row: { a: '1', b: '2' } })
  t.match(reads[1], { line: 3, error: 'The CSV cannot be read from here on: a quote in the row that begins here is never closed.' })
  t.equal(reads.length, 2)
  t.match((await all(text('a,b\n1,2\n3,4\n5,"never\n', '6,7\n', '8,9\n'))).at(-1), { line: 4, error: /never closed\.$/ })
  const huge = await all(text('a,b\n1,2\n3,"', 'x'.repeat(longestRow), 'y'.repeat(longestRow)))
  t.match(huge, [{ row: { a: '1' } }, { line: 3, error: /longer than 1048576 bytes, or has a quote that is never closed\.$/ }])
})

t.test('a row of a CSV that has swallowed those behind it, for want of a quote, is told with all it holds', async t => {
  const missing = (line: number) => ({ error: `A quote is missing in this row: a field holds what seem to be the rows up to line ${line}.` })
  for (const end of ['\n', '\r\n', '\r']) {
    const rows = ['email,name', '1,"Ann"', '2,"Bob', '3,Cy', '4,"Dee"', '5,Eve', ''].join(end)
    t.match(await all(text(rows)), [{ line: 2, row: { name: 'Ann' } }, { line: 3, ...missing(5), text: `2,"Bob${end}3,Cy${end}4,"Dee"` }, { line: 6, row: { email: '5', name: 'Eve' } }])
  }
  t.match(await all(text('a;b;c\n1;"x;2\n3;"y";4\n')), [{ line: 2, ...missing(3) }], 'in the midst of the row')
  t.match(await all(text('a,b,c\n"1,x,y\n"2",x,y\n3,x,y\n')), [{ line: 2, ...missing(3) }, { line: 4 }], 'at its beginning')
  t.match(await all(text('a\n"1\n"2"\n3\n')), [{ line: 2, ...missing(3) }, { line: 4 }], 'where there is one column')
  t.match(await all(text('a,b\n1,"x\n\n2,"y"\n3,z\n')), [{ line: 2, ...missing(4), text: '1,"x\n\n2,"y"' }, { line: 5 }], 'with an empty line between')
  t.match(await all(text('a,b,c\n1,"x,y\n2,x\n3,"x",y\n4,x,y\n')), [{ line: 2, ...missing(4) }, { line: 5 }], 'with a row between that has too few columns')
  t.match(await all(text('a,b\n1,"x\n2,5" pipe\n3,y\n')), [{ line: 2, ...missing(3) }, { line: 4 }], 'to a quote that closes nothing')
})

t.test('a field of a CSV of several lines may hold quotes and delimiters', async t => {
  for (const words of ['He said,\n"hi"', 'He said, "hi"\nand left', 'x\ny,z', 'a,b\nc,d\ne,f', '1,"x"\n2\n3,"y"', '1,x,y\n"2"', '"1,x,y\n2,x,y"']) {
    t.same(await all(text(`bio,name,city\n"${words.replaceAll('"', '""')}",Ann,Ulm\n`)), [{ line: 2, row: { bio: words, name: 'Ann', city: 'Ulm' } }])
  }
  for (const words of ['"one"\n"two"', '"one",\r\n"two", "three"', '"\u00e9"\n"']) {
    t.same(await all(text(`bio\n"${words.replaceAll('"', '""')}"\n`)), [{ line: 2, row: { bio: words } }], 'in a column of its own')
  }
})

t.test('a broken line of NDJSON is told with its number, and reading goes on', async t => {
  t.same(await sample('broken-lines.ndjson'), [
    { line: 1, row: { email: 'first@example.com' } },
    { line: 2, error: 'This is not valid JSON.', text: '{"email":"cut' },
    { line: 4, error: 'This is not a JSON object.', text: '["not","an","object"]' },
    { line: 5, error: 'This is not a JSON object.', text: 'null' },
    { line: 6, row: { email: 'last@example.com' } }
  ])
})

t.test('a line of NDJSON that is too long or not UTF-8 is told, and reading goes on', async t => {
  const chunks = [Buffer.from(`{"a":"${'x'.repeat(longestRow)}`), Buffer.alloc(longestRow, 'y'), Buffer.from('"}\r\n{"a":1}\r\n{"a":"'), Buffer.of(0xff), Buffer.from('"}\n{"a":2}')]
  const [long, ...others] = await all(Readable.from(chunks))
  t.match(long, { line: 1, error: `This is longer than ${longestRow} bytes.`, text: /^\{"a":"x{190,}…$/ })
  t.same(others, [{ line: 2, row: { a: 1 } }, { line: 3, error: 'This is not valid UTF-8.', text: '{"a":"\u00ff"}' }, { line: 4, row: { a: 2 } }])
})

const astray = 'The JSON array cannot be read from here on: '
const unclosed = `${astray}it is not closed; the file may have been cut short, or a quote or bracket be missing.`

t.test('objects over several lines, one after the other, as mongoexport --pretty writes them, are read', async t => {
  const objects = [{ _id: { $oid: '5c0dc18d349bc9479600c171' }, email: 'a@example.com' }, { email: '{\n}', tags: [{}, [{ a: 1 }]] }, { email: 'c@example.com' }]
  const [first, second, third] = objects.map(object => JSON.stringify(object, null, '\t')) as [string, string, string]
  for (const [end, format] of [['\n', 'auto'], ['\r\n', 'auto'], ['\n', 'ndjson']] as const) {
    t.same(await all(text('\ufeff', `\n${first}\n${second}\n\n${third}`.replaceAll('\n', end)), format), [
      { line: 2, row: { _id: '5c0dc18d349bc9479600c171', email: 'a@example.com' } },
      { line: 8, row: { email: '{\n}', tags: [{}, [{ a: 1 }]] } },
      { line: 20, row: { email: 'c@example.com' } }
    ])
  }
  t.match(await all(text(`${first}\n${second.slice(0, 30)}\n${third}\nmore\n${third}\n{\n\t"cut": "sh`)), [
    { line: 1, row: { email: 'a@example.com' } }, { line: 7, error: 'This is not valid JSON.' }, { row: { email: 'c@example.com' } },
    { error: 'This is not valid JSON.', text: 'more\n' }, { row: { email: 'c@example.com' } }, { error: 'This is not valid JSON.' }
  ])
  t.match(await all(text('{\n "a": [\n', `${'  "filler",\n'.repeat(longestRow / 8)}`, '  1]\n}\n', third)), [{ line: 1, error: /longer than/, text: '{…' }, { row: { email: 'c@example.com' } }])
})

t.test('a JSON array that is cut short gives its elements and ends with an error', async t => {
  t.same(await sample('cut-short.json'), [
    { line: 1, row: { email: 'first@example.com' } },
    { line: 2, row: { email: 'second@example.com' } },
    { line: 3, error: unclosed, text: '\n {"email":"cut', ends: true }
  ])
})

t.test('a JSON array is read on behind an element that is no JSON, or no object', async t => {
  t.same(await all(text('[1,{"a":1},{"b":tru},{"c":"\\"}{"},{"d":}]')), [
    { line: 1, error: 'This is not a JSON object.', text: '1' },
    { line: 2, row: { a: 1 } },
    { line: 3, error: 'This is not valid JSON.', text: '{"b":tru}' },
    { line: 4, row: { c: '"}{' } },
    { line: 5, error: 'This is not valid JSON.', text: '{"d":}' }
  ])
  for (const [array, line] of [['[{"a":1},]', 2], ['[,{"a":1}]', 1], ['[{"a":"\\x"},{"a":1}]', 1], ['[{"a" "b"},{"a":1}]', 1]] as const) {
    t.match((await all(text(array))).filter(({ error }) => error !== undefined), [{ line, error: 'This is not valid JSON.', ends: undefined }], array)
  }
})

t.test('a comma that is missing in a JSON array costs the two elements beside it, and each is told', async t => {
  const elements = Array.from({ length: 1000 }, (_, index) => `{"n":${index},"tags":[{"a":1},{"b":2}]}`)
  const reads = await all(text(`[${elements.join(',\n').replace('},\n{"n":2,', '}\n{"n":2,')}]`))
  t.equal(reads.length, 1000)
  t.match(reads.filter(({ error }) => error !== undefined), [{ line: 2, error: 'This is not valid JSON: a comma is missing between two elements.' }, { line: 3, error: /a comma is missing/ }])
  t.match(reads.at(-1), { line: 1000, row: { n: 999 } })
})

t.test('where it is not certain where an element ends, a JSON array ends with an error that says so', async t => {
  for (const [broken, text_] of [
    ['{"a":1]', 'brackets of two kinds'], ['{"a":1}}', 'a brace too many'], ['{"a":"x},{"b":"y"},{"c":"z}', 'two quotes missing'], ['{"a":"He said "hi, all" twice"}', 'quotes within a text'],
    ['{"a":"x\n","b":1},{"c":"y"}', 'a line break in a text'], ['{"a":\\"x"}', 'a backslash outside of a text'], ['{"a":"x" y"},"z"}', 'a quote too many']
  ] as const) {
    t.match(await all(text(`[{"a":0},${broken},{"z":1}]`)), [{ row: { a: 0 } }, { line: 2, error: /^The JSON array cannot be read from here on: /, ends: true }], text_)
  }
  for (const broken of ['{"a":"x}', '{"a":[1}', '{"a":{"b":1}', '{"a":"x\\"}']) t.match(await all(text(`[${broken},{"z":1}]`)), [{ line: 1, error: unclosed, ends: true }], broken)
})

t.test('an element that is too long ends the reading', async t => {
  const reads = await all(text('[{"a":1},{"a":"', 'x'.repeat(longestRow), 'y'.repeat(longestRow)))
  t.match(reads, [{ line: 1, row: { a: 1 } }, { line: 2, error: `${astray}this is longer than ${longestRow} bytes.`, ends: true }])
})

t.test('an array is one array, with nothing before it or behind', async t => {
  t.same(await all(text('\ufeff \n[ ]\n'), 'json'), [])
  t.match(await all(text('[{"a":1}]', ' \n', '{"b":2}', 'more')), [{ row: { a: 1 } }, { line: 2, error: `${astray}something follows its end.`, text: '{"b":2}', ends: true }])
  t.match(await all(text(' {"b":2}'), 'json'), [{ line: 1, error: `${astray}this is not a JSON array.`, text: '{"b":2}' }])
  t.match(await all(text(''), 'json'), [{ line: 1, error: `${astray}this is not a JSON array.` }])
})

t.test('rows come out the same wherever the chunks are cut', async t => {
  for (const whole of ['\ufeff{"a":"\u00e9\\"]}"}\r\n\n{"a":[1]}\n', '\ufeff [\n{"a":"\u00e9\\"]}"} ,{"a":[1]}]\n', '\ufeffa,b\r\n"\u00e9,""",2\r\n3,4\r\n']) {
    const once = await all(text(whole))
    t.equal(once.filter(read => read.row !== undefined).length, 2)
    t.same(await all(Readable.from([...Buffer.from(whole)].map(byte => Buffer.of(byte)))), once)
    t.same(await all(Readable.from([...whole])), once, 'and from a stream of strings')
  }
})

t.test('the format can be given, and an empty file has no rows', async t => {
  t.match(await all(text('[1]'), 'ndjson'), [{ error: 'This is not a JSON object.' }])
  t.same(await all(text('{"a"\n1\n'), 'csv'), [{ line: 2, row: { '{"a"': '1' } }])
  t.same(await all(text('')), [])
})

t.test('UTF-16 is named, and an error of the stream is thrown', async t => {
  for (const mark of [[0xff, 0xfe], [0xfe, 0xff]]) t.match(await all(Readable.from([Buffer.from([...mark, 0x5b, 0])])), [{ line: 1, error: /UTF-16/ }])
  await t.rejects(sample('no-such-file'), { code: 'ENOENT' })
})

t.test('the beginning of a file that is one long line is read at once', async t => {
  const took = await leastOfThree(1000, async () => await timed(async () => { t.same((await all(text('["', 'x'.repeat(65_000), '"]'))).length, 1) }))
  t.ok(took < 1000, `${took} ms`)
})

t.test('memory does not grow with the file, in any format', async t => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const held = (): number => { collect(); return process.memoryUsage().heapUsed + process.memoryUsage().external }
  const filler = 'x'.repeat(1000)
  const shapes: Array<[RowFormat, string, string]> = [['ndjson', '', `{"a":"${filler}"}\n`], ['json', '[{}', `,{"a":"${filler}"}`], ['csv', 'a,b\n', `${filler},1\n`]]
  for (const [format, begin, row] of shapes) {
    const chunk = row.repeat(50)
    const before = held()
    let [rows, most] = [0, 0]
    const stream = Readable.from((function * () { yield Buffer.from(begin); for (let index = 0; index < 480; index += 1) yield Buffer.from(chunk) })())
    for await (const _read of readRows(stream, format)) {
      rows += 1
      if (rows % 8000 === 0) most = Math.max(most, held() - before)
    }
    t.ok(rows >= 24_000, `${rows} rows`)
    t.ok(most < 16 * 2 ** 20, `${format}: 24 MB held ${Math.round(most / 2 ** 10)} KiB`)
  }
})
