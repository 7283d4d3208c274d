// Every view in light, dark and on a phone: axe-core finds no violation, and nothing sticks out of a narrow screen.
import axe from 'axe-core'
import type { Page } from 'playwright-core'
import type { Test } from 'tap'
import { heading, type House } from '../house.js'

interface Violation { id: string, nodes: Array<{ html: string, failureSummary: string }> }

/** Light with every rule; dark with the one that colours can break. */
async function inspect (t: Test, page: Page, name: string): Promise<void> {
  if (await page.evaluate('typeof axe') === 'undefined') await page.evaluate(axe.source)
  for (const [scheme, options] of [['light', '{}'], ['dark', '{ runOnly: ["color-contrast"] }']] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    const { violations } = await page.evaluate(`axe.run(document, ${options})`) as { violations: Violation[] }
    t.same(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('; ')}`), [], `${name}, ${scheme}`)
  }
  const { width } = page.viewportSize() ?? { width: 0 }
  await page.setViewportSize({ width: 320, height: 700 })
  t.equal(await page.evaluate('document.documentElement.scrollWidth'), 320, `${name} fits a narrow screen`)
  await page.setViewportSize({ width, height: 800 })
}

export async function accessibility (t: Test, { visit, enter, client }: House): Promise<void> {
  await t.test('for strangers', async (t) => {
    const { page } = await visit(t)
    for (const [address, name] of [['/', 'Sign in'], ['/#/register', 'Create an account'], ['/#/forgot', 'Forgot your password?'], ['/reset#token=x', 'Choose a new password'], ['/verify#token=x', 'Confirm your address'], ['/verify', 'This link is not whole']] as const) {
      await page.goto(address)
      await heading(page, name)
      await inspect(t, page, name)
    }
  })

  await t.test('for an admin', async (t) => {
    const { page } = await enter(t, 'admin')
    const them = await client.register({ firstName: 'Mina', lastName: 'Axe' })
    for (const [address, name] of [['persons', 'Persons'], ['profile', 'Profile'], ['sessions', 'Sessions'], ['users', 'Users'], [`user/${them.id}`, 'Mina Axe'], ['audit', 'Audit log']] as const) {
      await page.goto(`/#/${address}`)
      await heading(page, name)
      if (name === 'Audit log') await page.getByText('As a table').click()
      await inspect(t, page, name)
    }
    await page.goto('/#/persons')
    await heading(page, 'Persons')
    await page.getByRole('button', { name: 'Add a person' }).click()
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await inspect(t, page, 'the dialog with a fault')
  })
}
