// `gatehouse/client` is found by its name: by what reads `exports`, and by what does not.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import t from 'tap'
import ts from 'typescript'

const { exports, files } = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: Record<string, { types: string, default: string }>, files: string[] }
const root = '/app/node_modules/gatehouse/'

/** The published package, of which dist need not be built. */
const host: ts.ModuleResolutionHost = {
  fileExists: (path) => path === `${root}package.json` || path === resolve(root, exports['./client']?.types ?? '') || (files.includes(path.replace(root, '')) && ts.sys.fileExists(path.replace(root, ''))),
  readFile: (path) => ts.sys.readFile(path.replace(root, ''))
}

t.test('TypeScript finds its types in every way of looking', async (t) => {
  const { Node10, Node16, NodeNext, Bundler } = ts.ModuleResolutionKind
  for (const moduleResolution of [Node10, Node16, NodeNext, Bundler]) {
    const { resolvedModule } = ts.resolveModuleName('gatehouse/client', '/app/use.ts', { moduleResolution }, host)
    t.equal(resolvedModule?.resolvedFileName, `${root}dist/client/index.d.ts`, ts.ModuleResolutionKind[moduleResolution])
  }
})

t.test('a bundler that does not know `exports` finds the same file', async (t) => {
  const { main, type } = JSON.parse(readFileSync('client/package.json', 'utf8')) as { main: string, type: string }
  t.equal(resolve('client', main), resolve(exports['./client']?.default ?? ''))
  t.equal(type, 'module')
})
