// The client stays small: under 4 KiB as it comes over the wire.
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import t from 'tap'

t.test('bundled, minified and gzipped it is under 4 KiB, and brings no dependency', async (t) => {
  const { outputFiles, metafile } = await build({ entryPoints: ['client/src/index.ts'], bundle: true, minify: true, format: 'esm', target: 'es2022', write: false, metafile: true })
  const bytes = gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).byteLength
  t.comment(`${bytes} bytes`)
  t.ok(bytes > 1000 && bytes < 4096, `${bytes} bytes`)
  t.notOk(Object.keys(metafile.inputs).some((path) => path.includes('node_modules')))
})
