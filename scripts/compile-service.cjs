// Keeps what V8 compiles of a built program on its way to serving: `node compile-service.cjs PROGRAM`. `config check` goes that way
// without opening a store or listening.
'use strict'
const { mkdtempSync, rmSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { load } = require('../bin/load.cjs')

async function compile (program) {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-build-'))
  process.chdir(folder)
  process.env = { PATH: process.env.PATH, DATA_DIR: folder, LOG_LEVEL: 'silent' }
  const { exports: { main }, compiled } = load(program)
  await main([process.execPath, program, 'config', 'check'])
  writeFileSync(`${program}.compiled`, compiled())
  process.chdir(tmpdir())
  rmSync(folder, { recursive: true })
}

void compile(process.argv[2])
