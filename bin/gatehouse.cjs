#!/usr/bin/env node
// Starts the operator's command. CommonJS on purpose: libuv sizes its thread pool at the first asynchronous file access,
// which the ESM loader makes, so the size must be set before any module is loaded (hashing slots + 2, DESIGN "Passwords").
'use strict'
const { availableParallelism } = require('node:os')
const { existsSync, readFileSync } = require('node:fs')
const { join } = require('node:path')
const { parseEnv } = require('node:util')

/** As src/env-file.ts reads it: `.env` beneath the environment. A file that cannot be read is told there. */
function readEnvironment () {
  try {
    return { ...parseEnv(readFileSync('.env', 'utf8').replace(/^\ufeff/, '')), ...process.env }
  } catch {
    return process.env
  }
}

const { HASH_SLOTS, UV_THREADPOOL_SIZE } = readEnvironment()
// libuv takes no more than 1024, and an empty value for one thread.
process.env.UV_THREADPOOL_SIZE = UV_THREADPOOL_SIZE?.trim() || String(Math.min(1024, Math.max(4, Math.floor(Number(HASH_SLOTS)) || availableParallelism()) + 2))

const program = join(__dirname, '..', 'dist', 'service', 'gatehouse.cjs')
if (!existsSync(program)) {
  console.error('gatehouse is not built yet: run `npm ci` or `npm run build` first.')
  process.exit(1)
}
require('./load.cjs').load(program).exports.main(process.argv)
