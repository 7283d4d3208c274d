// Writes data/common-passwords.txt from the dictionary of @zxcvbn-ts/language-common (MIT, © 2012–2016 Dan Wheeler and
// Dropbox, © 2021 zxcvbn-ts; https://github.com/zxcvbn-ts/zxcvbn). Run with: npm run typescript scripts/make-common-passwords.ts
import { dictionary } from '@zxcvbn-ts/language-common'
import { writeFileSync } from 'node:fs'
import { foldCase } from '../src/text.js'

const file = new URL('../data/common-passwords.txt', import.meta.url)
const source: readonly string[] = dictionary['passwords-common']

// Folded, because that is how they are looked up; without line breaks, because the file has one a line.
const entries = [...new Set(source.map(entry => foldCase(entry)))].filter(entry => entry !== '' && !/[\r\n]/.test(entry))
const sorted = entries.map(entry => Buffer.from(entry)).sort((a, b) => Buffer.compare(a, b))

writeFileSync(file, sorted.map(entry => `${entry.toString()}\n`).join(''))
console.log(`${sorted.length} common passwords, ${entries.filter(entry => [...entry].length >= 8).length} of them with at least 8 characters.`)
