// What a first visit costs and how it behaves: weight, policy, keyboard.
import type { Test } from 'tap'
import type { House } from '../house.js'

export async function hygiene (t: Test, { visit }: House): Promise<void> {
  await t.test('the page weighs under 60 KiB as it comes over the wire, of four files', async (t) => {
    const { page, context } = await visit(t)
    const sizes: number[] = []
    const asked: string[] = []
    context.on('requestfinished', (request) => {
      asked.push(new URL(request.url()).pathname)
      void request.sizes().then(({ responseBodySize, responseHeadersSize }) => { sizes.push(responseBodySize + responseHeadersSize) })
    })
    const response = await page.goto('/', { waitUntil: 'networkidle' })
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    const bytes = sizes.reduce((all, size) => all + size, 0)
    const painted = Number(await page.evaluate('performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0'))
    t.comment(`${bytes} bytes with headers, first paint after ${Math.round(painted)} ms`)
    t.ok(bytes > 5000 && bytes < 60 * 1024, `${bytes} bytes`)
    t.same([...new Set(asked)].sort(), ['/', '/console/console.js', '/console/mark.svg', '/console/styles.css'])
    t.match(response?.headers(), { 'content-security-policy': /default-src 'none'.*script-src 'self'.*frame-ancestors 'none'/, 'content-encoding': 'gzip', 'cache-control': 'no-cache' })
    t.equal(await page.evaluate('performance.getEntriesByType("resource").filter((entry) => entry.renderBlockingStatus === "blocking" && !entry.name.endsWith(".css")).length'), 0, 'no script holds up the first paint')
  })

  await t.test('nothing is loaded anew that did not change', async (t) => {
    const { page, context } = await visit(t)
    await page.goto('/', { waitUntil: 'networkidle' })
    const bodies: number[] = []
    context.on('requestfinished', (request) => { void request.sizes().then(({ responseBodySize }) => { bodies.push(responseBodySize) }) })
    await page.reload({ waitUntil: 'networkidle' })
    t.equal(bodies.reduce((all, size) => all + size, 0), 0)
  })

  await t.test('by keyboard: a link to skip the bar, focus on the heading of a new view, faults read out', async (t) => {
    const { page } = await visit(t)
    await page.goto('/')
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.keyboard.press('Tab')
    t.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to the content')
    await page.keyboard.press('Enter')
    t.equal(await page.evaluate('document.activeElement.id'), 'main')
    await page.getByRole('link', { name: 'Create one' }).press('Enter')
    await page.getByRole('heading', { name: 'Create an account' }).waitFor()
    t.equal(await page.evaluate('document.activeElement.tagName'), 'H1')
    t.equal(await page.title(), 'Create an account · Gatehouse')
    await page.getByRole('button', { name: 'Create account' }).press('Enter')
    t.equal(await page.evaluate('document.activeElement.name'), 'email', 'the first faulty field has the focus')
    t.match(await page.evaluate('document.getElementById(document.activeElement.getAttribute("aria-describedby").split(" ")[1]).textContent'), /fill/i)
  })
}
