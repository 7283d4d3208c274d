// Keeps what V8 compiles of a built program on its way to serving: `node compile-service.cjs PROGRAM`. It is started for that, on an empty
// folder and a free port of this machine, so a build whose service cannot start fails.
'use strict'
const { mkdtempSync, rmSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { load } = require('../bin/load.cjs')

async function compile (program) {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-build-'))
  process.on('exit', () => { rmSync(folder, { recursive: true }) })
  // Nothing of the builder's own configuration, neither its variables nor its .env.
  process.chdir(folder)
  process.env = { PATH: process.env.PATH, DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'silent' }
  const { exports: { main }, compiled } = load(program)
  await main([process.execPath, program, 'start'])
  writeFileSync(`${program}.compiled`, compiled())
  process.kill(process.pid, 'SIGTERM')
}

void compile(process.argv[2])
