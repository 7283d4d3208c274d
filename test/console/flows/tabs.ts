// Two tabs are one session: they refresh once, and sign out together.
import type { BrowserContext } from 'playwright-core'
import type { Test } from 'tap'
import { leastOfThree, timed } from '../../helpers/until.js'
import { goTo, heading, type House, password, signIn } from '../house.js'

/** Holds requests back until `many` have been made, so that none is answered before the last is sent. */
async function meetAt (context: BrowserContext, path: string, many: number): Promise<void> {
  let arrived = 0
  let open = (): void => undefined
  const all = new Promise<void>((resolve) => { open = resolve })
  await context.route(path, async (route) => {
    arrived += 1
    if (arrived === many) open()
    await all
    await route.continue()
  })
}

export async function tabs (t: Test, { visit, enter, clock }: House): Promise<void> {
  await t.test('register, persons, a second tab that refreshes at once with the first, the session ended in one, the other out within 2 s', async (t) => {
    const { page: one, context, newTab } = await visit(t, { refused: [401] })
    await one.goto('/#/register')
    const email = `tabs-${process.pid}@example.com`
    await one.getByLabel('E-mail', { exact: true }).fill(email)
    await one.getByLabel('Password', { exact: true }).fill(password)
    await one.getByRole('button', { name: 'Create account' }).click()
    await heading(one, 'Persons')
    const two = await newTab()
    await two.goto('/#/persons')
    await heading(two, 'Persons')

    clock.advance(11 * 60)
    const asked: string[] = []
    context.on('response', (response) => { asked.push(`${response.status()} ${new URL(response.url()).pathname}`) })
    await meetAt(context, '**/profile', 2)
    await Promise.all([goTo(one, 'Sessions'), goTo(two, 'Profile')])
    t.equal(asked.filter((one) => one === '401 /profile').length, 2, 'both were refused')
    t.equal(asked.filter((one) => one === '200 /refresh').length, 1, 'one refresh reached the service')
    t.equal(asked.filter((one) => one.endsWith('/refresh')).length, 1)

    const waited = await leastOfThree(2000, async () => {
      if (await one.getByRole('button', { name: 'Sign in' }).isVisible()) {
        await signIn(one, email)
        await heading(two, 'Persons')
        await goTo(one, 'Sessions')
      }
      await one.getByRole('button', { name: 'End this session' }).click()
      const waited = await timed(async () => { await heading(two, 'Sign in') })
      await heading(one, 'Sign in')
      return waited
    })
    t.comment(`the other tab was signed out after ${Math.round(waited)} ms`)
    t.ok(waited < 2000, `${waited} ms`)
  })

  await t.test('signing in and out in one tab is signing in and out in the other', async (t) => {
    const { page: one, newTab, email } = await enter(t)
    const two = await newTab()
    await two.goto('/')
    await heading(two, 'Persons')
    await one.getByRole('button', { name: 'Sign out' }).click()
    await heading(two, 'Sign in')
    await signIn(two, email)
    await heading(one, 'Persons')
    await one.reload()
    await heading(one, 'Persons')
  })

  await t.test('a session that was ended in another browser ends here when the tab comes to the front', async (t) => {
    const here = await enter(t, 'client', { refused: [401] })
    const there = await visit(t)
    await signIn(there.page, here.email)
    await goTo(there.page, 'Sessions')
    await there.page.getByRole('button', { name: 'End all others' }).click()
    await there.page.getByText('Every other session has ended.').waitFor()
    await here.page.evaluate('document.dispatchEvent(new Event("visibilitychange"))')
    await heading(here.page, 'Sign in')
    await here.page.getByText('Your session was ended. Sign in again.').waitFor()
  })

  await t.test('a service that is too busy for a moment ends nothing', async (t) => {
    const { page, context } = await enter(t, 'client', { refused: [401, 503] })
    clock.advance(11 * 60)
    let turns = 0
    await context.route('**/refresh', async (route) => {
      turns += 1
      if (turns > 1) await route.continue()
      else await route.fulfill({ status: 503, headers: { 'retry-after': '1' }, contentType: 'application/problem+json', body: '{"code":"busy"}' })
    })
    await goTo(page, 'Sessions')
    t.equal(turns, 2)
  })
}
