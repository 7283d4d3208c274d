// Canonical forms of text.
import t from 'tap'
import { canonicalEmail, canonicalUsername, foldCase } from '../src/text.js'

const local64 = 'l'.repeat(64)
/** A domain name of so many characters, in labels of at most 63. */
const domainOf = (length: number): string => `${'d'.repeat(63)}.`.repeat(4).slice(0, length - 4) + '.com'

t.test('an e-mail address is trimmed and in lower case', async t => {
  t.equal(canonicalEmail(' Some.One+Tag@Example.COM\r\n'), 'some.one+tag@example.com')
  t.equal(canonicalEmail("o'neil!#$%&*/=?^_`{|}~-@example.com"), "o'neil!#$%&*/=?^_`{|}~-@example.com")
  t.equal(canonicalEmail('root@localhost'), 'root@localhost')
})

t.test('an internationalised domain is in its ASCII form, however it is spelled', async t => {
  for (const domain of ['b\u00fccher.example', 'B\u00dcCHER.example', 'bu\u0308cher.example', 'xn--bcher-kva.example', 'b\u00fccher\u3002example']) {
    t.equal(canonicalEmail(`me@${domain}`), 'me@xn--bcher-kva.example', domain)
  }
  t.equal(canonicalEmail('me@\u212aelvin.example'), 'me@kelvin.example', 'IDNA itself maps the Kelvin sign in domains')
})

t.test('a local part with look-alikes of ASCII letters is none', async t => {
  for (const local of ['\u212aelvin', 'd\u0131ngo', 'D\u0130NGO', 'bo\u017fs', 'm\u00fcller', '\uff4d\uff45', 'a\u0301']) {
    t.equal(canonicalEmail(`${local}@example.com`), null, local)
  }
})

t.test('the local part has at most 64 characters, the whole at most 254', async t => {
  t.equal(canonicalEmail(`${local64}@example.com`), `${local64}@example.com`)
  t.equal(canonicalEmail(`${local64}l@example.com`), null)
  t.equal(canonicalEmail(`${local64}@${domainOf(189)}`)?.length, 254)
  t.equal(canonicalEmail(`${local64}@${domainOf(190)}`), null)
  // A dozen letters from all over the planes take about 50 in ASCII.
  const label = Array.from({ length: 12 }, (_, index) => String.fromCodePoint(0x4e00 + index * 1500)).join('')
  const short = `me@${`${label}.`.repeat(6)}example`
  t.ok(short.length < 100)
  t.equal(canonicalEmail(short), null, 'its ASCII form is too long')
})

t.test('what is no address is none', async t => {
  for (const text of ['', '@', 'me', 'me@', '@example.com', 'me@@example.com', 'a@b@example.com', 'me @example.com', 'me@exa mple.com', '.me@example.com',
    'me.@example.com', 'm..e@example.com', '"me"@example.com', 'me@[127.0.0.1]', 'me@-example.com', 'me@example-.com', 'me@example..com', 'me@example.com.',
    'me@exam_ple.com', `me@${'d'.repeat(64)}.com`, 'me\0@example.com', 'me@example.com\r\nBcc: you@example.com', '<me@example.com>', 'me@example.com:25']) {
    t.equal(canonicalEmail(text), null, JSON.stringify(text))
  }
})

// domainToASCII reads a URL's host: it takes these for a path, a query, an escape or white space to be left out.
t.test('a domain with a path, a query, an escape or a line break is none', async t => {
  for (const domain of ['example.com/path', 'example.com?query', 'example.com#hash', 'ex%61mple.com', 'exam\tple.com', 'exam\r\nple.com', 'example.com\\path']) {
    t.equal(canonicalEmail(`me@${domain}`), null, JSON.stringify(domain))
  }
})

t.test('the canonical form of an address is its own canonical form', async t => {
  for (const text of ['Some.One@Example.COM', 'me@B\u00dcCHER.example', `${local64}@${domainOf(189)}`]) {
    const canonical = canonicalEmail(text) as string
    t.equal(canonicalEmail(canonical), canonical)
  }
})

t.test('usernames are unique in lower case, and have 3 to 64 of a few characters', async t => {
  t.equal(canonicalUsername('Some.One_2-x'), 'some.one_2-x')
  t.equal(canonicalUsername('u'.repeat(64)), 'u'.repeat(64))
  for (const text of ['', 'ab', 'u'.repeat(65), 'with space', 'm\u00fcller', '\u212aelvin', 'me@example', 'abc\n', ' abc']) t.equal(canonicalUsername(text), null, JSON.stringify(text))
})

t.test('folding makes spellings of one word meet', async t => {
  for (const [one, other] of [['Hello', 'hELLO'], ['M\u00dcLLER', 'mu\u0308ller'], ['\u03a3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2', '\u03c3\u03af\u03c3\u03c5\u03c6\u03bf\u03c3'],
    ['\u041f\u0420\u0418\u0412\u0415\u0422', '\u043f\u0440\u0438\u0432\u0435\u0442'], ['\u212a', 'k'], ['\u017f', 's'], ['\u{10400}', '\u{10428}']] as const) {
    t.equal(foldCase(one), foldCase(other), `${one} and ${other}`)
  }
})

t.test('folding keeps the length in code points, so a prefix stays one', async t => {
  t.equal(foldCase('\u00df'), '\u00df')
  t.equal(foldCase('\u1e9e'), '\u00df')
  t.equal(foldCase('\ufb01'), '\ufb01')
  t.equal([...foldCase('Stra\u00dfe \ufb01 \u0130\u0131')].length, 11)
})

t.test('the Turkish dotted and dotless i stay themselves', async t => {
  t.equal(foldCase('\u0130\u0131Ii'), '\u0130\u0131ii')
})
