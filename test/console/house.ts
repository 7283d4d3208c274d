// The whole service on a port, its console as it is built, and one Chromium whose pages note every fault.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import type { Test } from 'tap'
import type { Role } from '../../src/stores/stores.js'
import { buildConsole } from '../../scripts/build-console.js'
import { createTestApp, type TestApp } from '../helpers/app.js'
import { password } from '../helpers/client.js'
import { listen } from '../helpers/transports.js'
import { until } from '../helpers/until.js'

export const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
export const hasBrowser = existsSync(executablePath)
export { password }

export interface Visitor { context: BrowserContext, page: Page, faults: string[], newTab (): Promise<Page> }

export interface House extends TestApp {
  browser: Browser
  origin: string
  /** Somebody with a browser profile of their own, at the door. Refusals of the API are faults unless `refused` says which may come. */
  visit (t: Test, options?: { refused?: number[], colorScheme?: 'light' | 'dark', width?: number }): Promise<Visitor>
  /** The same, signed in to a new account of this role. */
  enter (t: Test, role?: Role, options?: { refused?: number[], width?: number }): Promise<Visitor & { email: string, id: string }>
  /** The token of the last mail to an address. */
  mailedToken (email: string, kind: 'reset' | 'verify'): Promise<string>
}

export async function openHouse (t: Test): Promise<House> {
  await buildConsole()
  const house = await createTestApp(t, { environment: { THROTTLE: 'off' } })
  const origin = await listen(house.app)
  const browser = await chromium.launch({
    executablePath,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
  })
  t.teardown(async () => { await browser.close() })

  async function visit (t: Test, { refused = [], colorScheme = 'light', width = 1100 }: { refused?: number[], colorScheme?: 'light' | 'dark', width?: number } = {}): Promise<Visitor> {
    const context = await browser.newContext({ baseURL: origin, colorScheme, viewport: { width, height: 800 }, reducedMotion: 'reduce' })
    context.setDefaultTimeout(60_000)
    const faults: string[] = []
    context.on('request', (request) => { if (!request.url().startsWith(origin)) faults.push(`another origin: ${request.url()}`) })
    context.on('response', (response) => { if (response.status() >= 400 && !refused.includes(response.status())) faults.push(`${response.status()} ${response.url()}`) })
    context.on('console', (message) => {
      // Chromium writes such a line for every answer above 399; those are judged above.
      if (message.type() === 'error' && !/Failed to load resource: the server responded/.test(message.text())) faults.push(`console: ${message.text()}`)
    })
    context.on('weberror', (error) => faults.push(`page: ${error.error().message}`))
    t.teardown(async () => {
      await context.close()
      // Too late for an assertion; what is thrown here fails the test as well.
      if (faults.length > 0) throw new Error(`faults in the browser:\n${faults.join('\n')}`)
    })
    const page = await context.newPage()
    return { context, page, faults, newTab: () => context.newPage() }
  }

  async function enter (t: Test, role: Role = 'client', options = {}) {
    const visitor = await visit(t, options)
    const { email, id } = await house.client.member(role)
    await signIn(visitor.page, email)
    return { ...visitor, email, id }
  }

  async function mailedToken (email: string, kind: 'reset' | 'verify'): Promise<string> {
    const folder = join(house.app.config.dataDir, 'outbox')
    let token: string | undefined
    await until(async () => {
      const mails = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.eml')).sort().map((name) => readFileSync(join(folder, name), 'utf8')) : []
      const mail = mails.filter((mail) => mail.includes(email) && mail.includes(`/${kind}#`)).at(-1)
      token = /#token=([A-Za-z0-9_-]+)/.exec(mail?.replace(/=\r?\n/g, '').replaceAll('=3D', '=') ?? '')?.[1]
      return token !== undefined
    })
    return token ?? ''
  }

  return { ...house, browser, origin, visit, enter, mailedToken }
}

export async function signIn (page: Page, email: string, secret = password): Promise<void> {
  await page.goto('/')
  await page.getByLabel('E-mail or username').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(secret)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await heading(page, 'Persons')
}

/** Waits until this view is shown. */
export async function heading (page: Page, name: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
}

/** Waits until the page says this. */
export async function says (page: Page, sentence: string | RegExp): Promise<void> {
  await page.getByText(sentence).first().waitFor()
}

export async function goTo (page: Page, link: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: link }).click()
  await heading(page, link)
}
