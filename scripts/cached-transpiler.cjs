// The tests' TypeScript loader (tap's own, ts-node) starts in every test file's process. It asks this transpiler, which asks the
// TypeScript compiler once for a text and keeps the answer beside the packages: a file that has not changed is only read.
const { createHash } = require('node:crypto')
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')
const ts = require('typescript')

const folder = join(__dirname, '../node_modules/.cache/gatehouse-tests')

exports.create = ({ service, nodeModuleEmitKind }) => {
  const module = nodeModuleEmitKind === 'nodecjs' ? ts.ModuleKind.CommonJS : ts.ModuleKind.ESNext
  const options = { ...service.config.options, module, moduleResolution: ts.ModuleResolutionKind.Bundler, noEmit: false, sourceMap: true }
  const common = JSON.stringify([ts.version, options])
  mkdirSync(folder, { recursive: true })

  function compile (text, fileName) {
    const { outputText, sourceMapText } = ts.transpileModule(text, { fileName, compilerOptions: options })
    return { outputText, sourceMapText }
  }

  return {
    transpile (text, { fileName }) {
      const kept = join(folder, createHash('sha256').update(`${common}\0${fileName}\0${text}`).digest('hex'))
      try {
        return JSON.parse(readFileSync(kept, 'utf8'))
      } catch {
        const output = compile(text, fileName)
        const draft = `${kept}.${process.pid}`
        writeFileSync(draft, JSON.stringify(output))
        renameSync(draft, kept)
        return output
      }
    }
  }
}
