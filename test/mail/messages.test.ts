// What the mails say, and what nobody can make them say.
import t from 'tap'
import { describeProgram, networkPrefixes } from '../../src/mail/device.js'
import type { Rendered } from '../../src/mail/layout.js'
import { maskAddress } from '../../src/mail/log.js'
import * as messages from '../../src/mail/messages.js'

const until = new Date('2026-03-01T12:30:00Z')
const link = { url: 'https://id.example.org/reset#token=abc-123', until }

function all (productName: string, name: string | null, told: string, subject = '{product}: of a test'): Array<[string, Rendered]> {
  return [
    ['verifyAddress', messages.verifyAddress({ productName, subject, ...link })],
    ['addressInUse', messages.addressInUse({ productName, subject, name })],
    ['resetPassword', messages.resetPassword({ productName, subject, name, ...link })],
    ['resetByAdmin', messages.resetByAdmin({ productName, subject, name, ...link })],
    ['confirmNewAddress', messages.confirmNewAddress({ productName, subject, ...link })],
    ['addressChangeAsked', messages.addressChangeAsked({ productName, subject, name, newAddress: told, at: until })],
    ['passwordChanged', messages.passwordChanged({ productName, subject, name, at: until })],
    ['newSignIn', messages.newSignIn({ productName, subject, name, at: until, device: told, ip: '192.0.2.7' })]
  ]
}

for (const [kind, { subject, text, html }] of all('Gatehouse', 'Ada', 'Firefox on Linux')) {
  void t.test(`${kind} says the same in text and in accessible HTML, and loads nothing`, t => {
    t.match(subject, /^Gatehouse: \S/)
    t.match(html, /^<!DOCTYPE html>\n<html lang="en" dir="ltr">/)
    t.ok(html.includes(`<title>${subject}</title>`))
    t.equal(html.match(/<h1/g)?.length, 1)
    t.match(html, /<meta name="color-scheme" content="light dark">/)
    t.notMatch(html, /<img|<link|<script|src=|url\(|@import/)
    for (const paragraph of text.trim().split('\n\n').slice(0, 2)) t.ok(html.includes(paragraph.replaceAll("'", '&#39;')), paragraph)
    const links = kind === 'verifyAddress' || kind === 'resetPassword' || kind === 'resetByAdmin' || kind === 'confirmNewAddress'
    t.equal(text.includes(link.url), links)
    t.equal(html.includes(`href="${link.url}"`), links)
    t.equal(text.includes('1 March 2026 at 12:30 UTC'), kind !== 'addressInUse')
    t.equal(text.includes('Hello Ada,'), kind !== 'verifyAddress' && kind !== 'confirmNewAddress', 'no name to an address that nobody proved')
    t.ok(text.length < 900)
    t.end()
  })
}

void t.test('What strangers wrote is text in HTML and one line in a header', t => {
  const evil = '<b>"x"\'&\r\nBcc: all@example.org\u2028\u202e'
  for (const [kind, { subject, text, html }] of all(evil, evil, evil)) {
    t.notMatch(subject, /[\r\n\u2028\u202e]/, kind)
    t.notMatch(text, /^Bcc:/m, kind)
    t.notMatch(html, /<b>/, kind)
    t.ok(html.includes('&lt;b&gt;&quot;x&quot;&#39;&amp; Bcc'), kind)
  }
  for (const [kind, { subject }] of all('A $& B', null, '', 'Word from {product}\r\nBcc: all@example.org')) t.equal(subject, 'Word from A $& B Bcc: all@example.org', kind)
  t.notMatch(messages.passwordChanged({ productName: 'P', subject: 'S', name: ' \n ', at: until }).text, /Hello/)
  t.notMatch(messages.passwordChanged({ productName: 'P', subject: 'S', name: null, at: until }).text, /Hello/)
  t.notMatch(messages.newSignIn({ productName: 'P', subject: 'S', name: null, at: until, device: 'curl', ip: null }).text, /address/)
  t.end()
})

void t.test('A program is told by a few words that cannot be a link', t => {
  const known: Array<[string | null, string]> = [
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36 Edg/139.0', 'Edge on Windows'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1', 'Safari on iPhone'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Gecko/20100101 Firefox/140.0', 'Firefox on macOS'],
    ['Mozilla/5.0 (Linux; Android 15) Chrome/139.0 Mobile Safari/537.36', 'Chrome on Android'],
    ['okhttp/4.12', 'okhttp'], ['evil.example.org/win', 'an unknown program'], ['http://evil.example.org', 'an unknown program'], ['', 'an unknown program'], [null, 'an unknown program']
  ]
  for (const [agent, words] of known) t.equal(describeProgram(agent), words)
  t.end()
})

void t.test('Addresses of one /24 or /48 begin alike, and those of others do not', t => {
  const near = (one: string, other: string): boolean => networkPrefixes(one).some((prefix) => other.startsWith(prefix))
  const same: Array<[string, string]> = [
    ['192.0.2.7', '192.0.2.250'], ['::ffff:192.0.2.7', '192.0.2.8'], ['192.0.2.7', '::ffff:192.0.2.8'],
    ['2001:db8:1::5', '2001:db8:1:ffff::1'], ['2001:db8::1', '2001:db8:0:7:1:1:1:1'], ['2001:db8:0:7:1:1:1:1', '2001:db8::1'],
    ['2001::1', '2001:0:0:1:0:0:0:5'], ['::1', '::2'], ['FE80::1%eth0', 'fe80::2'], ['1:2:3:4:5:6:7:8', '1:2:3:9::']
  ]
  for (const [one, other] of same) t.ok(near(one, other), `${one} and ${other}`)
  const different: Array<[string, string]> = [
    ['192.0.2.7', '192.0.20.7'], ['192.0.2.7', '192.0.3.7'], ['2001:db8:1::5', '2001:db8:10::5'], ['2001:db8:1::5', '2001:db8::5'], ['2001:db8::5', '2001:db8:1::5']
  ]
  for (const [one, other] of different) t.notOk(near(one, other), `${one} and ${other}`)
  t.same(networkPrefixes('nowhere'), [])
  t.end()
})

void t.test('A masked address shows who it may be to those who know', t => {
  t.equal(maskAddress('ada@example.org'), 'a***@example.org')
  t.equal(maskAddress('@example.org'), '***')
  t.end()
})
