// Takes the pictures in docs/screenshots: the console with a little life in it, light, dark and on a phone. npm run screenshots.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { createClient, memoryStorage } from '../client/src/index.js'
import { buildApp } from '../src/app.js'
import { loadConfig } from '../src/config.js'
import { newId } from '../src/ids.js'
import { buildConsole } from './build-console.js'

const folder = 'docs/screenshots'
const password = 'a fine password for pictures'
const people: ReadonlyArray<readonly [name: string, email: string | null, age: number | null]> = [
  ['Ada Lovelace', 'ada@example.com', 36], ['Grace Hopper', 'grace@example.com', 85], ['Karen Spärck Jones', 'karen@example.com', 71],
  ['Radia Perlman', 'radia@example.com', 74], ['Barbara Liskov', 'barbara@example.com', 86], ['Edsger Dijkstra', null, 72],
  ['Annie Easley', 'annie@example.com', 78], ['Hedy Lamarr', 'hedy@example.com', 85], ['Alan Turing', null, 41],
  ['Katherine Johnson', 'katherine@example.com', 101], ['Mary Kenneth Keller', null, 71], ['Sophie Wilson', 'sophie@example.com', null]
]

const data = mkdtempSync(join(tmpdir(), 'gatehouse-pictures-'))
await buildConsole()
mkdirSync(folder, { recursive: true })
const app = await buildApp({ ...loadConfig({ DATA_DIR: data, THROTTLE: 'off' }), argon2: { memoryKib: 1024, time: 1, parallelism: 1 } })
const origin = await app.listen({ host: '127.0.0.1', port: 0 })
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking']
})

async function furnish (): Promise<void> {
  const client = createClient({ baseUrl: origin, storage: memoryStorage() })
  for (const [firstName, lastName] of [['Linus', 'Borg'], ['Mina', 'Okafor'], ['Tom', 'Weber']]) await client.register({ email: `${firstName ?? ''}@example.com`.toLowerCase(), password, firstName: firstName ?? '', lastName: lastName ?? '' })
  const admin = await client.register({ email: 'anna@example.com', password, firstName: 'Anna', lastName: 'Keller' })
  await app.stores.users.update(admin?.id ?? '', { role: 'admin', emailVerified: true }, new Date())
  await client.login({ email: 'anna@example.com', password })
  for (const [name, email, age] of people) await client.persons.create({ name, email, age })
  for (let day = 1; day < 14; day += 1) {
    for (let turn = 0; turn < 5 + (day * 7) % 11; turn += 1) await note(turn < 5 + (day * 3) % 4 + day % 5 ? 'authn_login_success' : 'authn_login_fail', day, admin?.id ?? '')
  }
}

async function note (event: string, daysAgo: number, userId: string): Promise<void> {
  const at = new Date(Date.now() - daysAgo * 86_400_000)
  await app.stores.audit.append({ id: newId(), at, event, userId, actorId: null, ip: '192.0.2.7', userAgent: null, detail: {} })
}

interface Setting { name: string, scheme: 'light' | 'dark', width: number, height: number, views: readonly string[] }
const settings: readonly Setting[] = [
  { name: 'light', scheme: 'light', width: 1120, height: 760, views: ['sign-in', 'persons', 'person', 'sessions', 'user', 'audit'] },
  { name: 'dark', scheme: 'dark', width: 1120, height: 760, views: ['sign-in', 'audit'] },
  { name: 'phone', scheme: 'light', width: 390, height: 780, views: ['sign-in', 'persons', 'audit'] }
]

async function picture (page: Page, view: string, name: string): Promise<void> {
  if (view === 'person') await page.getByRole('button', { name: 'Edit Grace Hopper' }).click()
  else if (view === 'user') await page.goto(`${origin}/#/users`).then(() => page.getByRole('link', { name: 'Mina Okafor' }).click())
  else await page.goto(`${origin}/#/${view}`)
  await page.waitForTimeout(700)
  await page.screenshot({ path: join(folder, `${view}-${name}.png`) })
  if (view === 'person') await page.keyboard.press('Escape')
}

async function take (browser: Browser, { name, scheme, width, height, views }: Setting): Promise<void> {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, reducedMotion: 'reduce' })
  const page = await context.newPage()
  await picture(page, 'sign-in', name)
  await page.getByLabel('E-mail or username').fill('anna@example.com')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Persons' }).waitFor()
  await page.waitForTimeout(6500)
  for (const view of views.slice(1)) await picture(page, view, name)
  await context.close()
}

await furnish()
for (const setting of settings) await take(browser, setting)
await browser.close()
await app.close()
rmSync(data, { recursive: true })
