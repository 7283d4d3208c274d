#!/usr/bin/env node
// Starts the operator's command. CommonJS on purpose: libuv sizes its thread pool at the first asynchronous file access,
// which the ESM loader makes, so the size must be set before any module is loaded (hashing slots + 2, DESIGN "Passwords").
'use strict'
const { availableParallelism } = require('node:os')
const { existsSync } = require('node:fs')
const { join } = require('node:path')

process.env.UV_THREADPOOL_SIZE ??= String(Math.max(4, Number(process.env.HASH_SLOTS) || availableParallelism()) + 2)

const program = join(__dirname, '..', 'dist', 'service', 'gatehouse.cjs')
if (!existsSync(program)) {
  console.error('gatehouse is not built yet: run `npm ci` or `npm run build` first.')
  process.exit(1)
}
require('./load.cjs').load(program).exports.main(process.argv)
