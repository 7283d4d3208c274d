// Loads a built program, with the code that V8 compiled of it when it was built (scripts/build-service.ts): to compile it anew would be
// a third of the start. It lies beside the program, and nothing writes it while the service runs.
'use strict'
const { createHash } = require('node:crypto')
const { readFileSync } = require('node:fs')
const { createRequire } = require('node:module')
const { basename, dirname } = require('node:path')
const { Script } = require('node:vm')

const digestOf = (source) => createHash('sha256').update(source).digest()

/** Compiled code is kept under the digest of its source: V8 looks at no more than the length of it. Code of another version of Node V8
 * refuses by itself; then, and where there is none, the program is compiled here. */
function compiledCode (file, source) {
  try {
    const digest = digestOf(source)
    const kept = readFileSync(file)
    return kept.subarray(0, digest.length).equals(digest) ? kept.subarray(digest.length) : undefined
  } catch {
    return undefined
  }
}

/** Runs `file`, a function around a CommonJS module. Answers what the module exports, and how to keep what V8 has compiled of it since. */
exports.load = function load (file) {
  const source = readFileSync(file)
  // Its bare name: compiled code keeps the one that it was compiled under, wherever it is carried to.
  const script = new Script(source.toString(), { filename: basename(file), cachedData: compiledCode(`${file}.compiled`, source) })
  const module = { exports: {} }
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file))
  return { exports: module.exports, compiled: () => Buffer.concat([digestOf(source), script.createCachedData()]) }
}
