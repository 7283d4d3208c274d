// Opens /docs of a running service in a real Chromium and fails on any console error, failed request or missing operation.
// Usage: npm run typescript scripts/check-docs-page.ts http://127.0.0.1:3000 [screenshot.png]
import { chromium } from 'playwright-core'

const [address = 'http://127.0.0.1:3000', screenshot] = process.argv.slice(2)
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
})
const faults: string[] = []
const page = await browser.newPage({ viewport: { width: 1200, height: 1600 } })
page.on('console', (message) => { if (message.type() === 'error') faults.push(`console: ${message.text()}`) })
page.on('pageerror', (error) => faults.push(`page: ${error.message}`))
page.on('requestfailed', (request) => faults.push(`request: ${request.url()}`))
page.on('request', (request) => { if (/^https?:/.test(request.url()) && !request.url().startsWith(address)) faults.push(`another origin: ${request.url()}`) })
page.on('response', (response) => { if (response.status() >= 400) faults.push(`${response.status()}: ${response.url()}`) })
await page.goto(`${address}/docs`)
await page.waitForSelector('.opblock', { timeout: 20_000 })
const operations = await page.locator('.opblock').count()
if (operations < 20) faults.push(`only ${operations} operations are shown`)
if (screenshot !== undefined) await page.screenshot({ path: screenshot })
await browser.close()
console.log(faults.length === 0 ? `/docs shows ${operations} operations, no error` : faults.join('\n'))
process.exitCode = faults.length === 0 ? 0 : 1
