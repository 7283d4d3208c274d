// README.md shows pictures and links that are there, and a tour that sets what it uses.
import { existsSync, readFileSync } from 'node:fs'
import t from 'tap'

const root = new URL('../', import.meta.url)
const text = readFileSync(new URL('README.md', root), 'utf8')
const tour = /<!-- tour -->([^]*?)<!-- \/tour -->/.exec(text)?.[1] ?? ''
const commands = [...tour.matchAll(/```sh\n([^]*?)```/g)].map(([, block = '']) => block).join('\n').replace(/<<'JSON'[^]*?^JSON$/gm, '')

t.test('the console is shown light, dark and on a phone, to who sees and who does not', async (t) => {
  const pictures = [...text.matchAll(/<img ([^>]*)>/g)].map(([, attributes = '']) => ({
    file: /src="([^"]+)"/.exec(attributes)?.[1] ?? '',
    alt: /alt="([^"]+)"/.exec(attributes)?.[1] ?? ''
  }))
  t.same(pictures.map(({ file }) => /-(\w+)\.png$/.exec(file)?.[1]), ['light', 'dark', 'phone'])
  for (const { file, alt } of pictures) {
    t.ok(existsSync(new URL(file, root)), file)
    t.ok(alt.length > 10, `${file}: ${alt}`)
  }
})

t.test('every file that it links to is there', async (t) => {
  const files = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, file = '']) => file)
  t.ok(files.length > 10)
  for (const file of files) t.ok(existsSync(new URL(file, root)), file)
})

t.test('the tour sets every variable before it uses it', async (t) => {
  const uses = [...commands.matchAll(/\$\{?([A-Za-z_]\w*)(?!\w*:-)/g)]
  t.ok(uses.length > 30)
  const early = uses.filter(({ 1: name = '', index }) => !new RegExp(`(?:^|[\\s;])${name}=`, 'm').test(commands.slice(0, index)))
  t.same([...new Set(early.map(([, name]) => name))], [])
})
