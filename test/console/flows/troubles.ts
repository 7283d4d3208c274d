// What goes wrong: a service in trouble, views that are left, addresses that nothing is at, entries that others have changed.
import type { Test } from 'tap'
import { goTo, heading, type House, password, says } from '../house.js'

const down = { status: 503, headers: { 'retry-after': '60' }, contentType: 'application/problem+json', body: '{"code":"store_unavailable"}' }

export async function troubles (t: Test, { enter, client }: House): Promise<void> {
  await t.test('a service that cannot say who is signed in: that is said, to be tried again or left', async (t) => {
    const { page, context, email } = await enter(t, 'client', { refused: [503] })
    await context.route('**/profile', (route) => route.fulfill(down))
    await page.reload()
    await heading(page, 'That did not work')
    await says(page, 'The service is having trouble with its database.')
    t.equal(await page.getByRole('navigation').count(), 0)
    await context.unrouteAll()
    await page.getByRole('button', { name: 'Try again' }).click()
    await heading(page, 'Persons')
    await page.getByRole('button', { name: 'Sign out' }).click()

    await heading(page, 'Sign in')
    await context.route('**/profile', (route) => route.fulfill(down))
    await page.getByLabel('E-mail or username').fill(email)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await heading(page, 'That did not work')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await heading(page, 'Sign in')
  })

  await t.test('a sign-out that the service does not hear of is told apart', async (t) => {
    const { page, context } = await enter(t, 'client', { refused: [503] })
    await context.route('**/logout', (route) => route.fulfill(down))
    await page.getByRole('button', { name: 'Sign out' }).click()
    await heading(page, 'Sign in')
    await says(page, 'You are signed out here. The service did not hear of it')
  })

  await t.test('an address that no view has shows the first one', async (t) => {
    const { page } = await enter(t)
    for (const name of ['constructor', '__proto__', 'nothing', 'users']) {
      await goTo(page, 'Profile')
      await page.goto(`/#/${name}`)
      await heading(page, 'Persons')
    }
  })

  await t.test('a view that is left while it draws anew wants nothing any more', async (t) => {
    const { page, email } = await enter(t)
    await client.login({ email, password })
    await goTo(page, 'Sessions')
    const asked = new Promise<void>((resolve) => { void page.route('**/sessions', (route) => { if (route.request().method() === 'GET') resolve(); else void route.continue() }) })
    await page.getByRole('button', { name: 'End all others' }).click()
    await asked
    await goTo(page, 'Profile')
    t.notMatch(await page.locator('#status').textContent(), /ended/)
  })

  await t.test('who deletes what somebody else has changed is told, and sees it as it is', async (t) => {
    const { page } = await enter(t, 'manager', { refused: [412] })
    const manager = client.as(await client.member('manager'))
    const made = await manager.post('/persons', { json: { name: 'Changed meanwhile', age: 1 } })
    await page.getByRole('searchbox').fill('changed mean')
    await says(page, '1 to 1 of 1')
    await page.getByRole('button', { name: 'Edit Changed meanwhile' }).click()
    await manager.patch(`/persons/${String(made.body.id)}`, { json: { age: 2 } })
    for (const [sentence, age] of [['Somebody else has changed this meanwhile.', '2'], ['Changed meanwhile is deleted.', undefined]] as const) {
      if (age === undefined) await page.getByRole('button', { name: 'Edit Changed meanwhile' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
      await says(page, sentence)
      await page.locator('dialog').waitFor({ state: 'detached' })
      if (age !== undefined) t.equal(await page.locator('tbody .number').textContent(), age)
    }
  })

  await t.test('one second is one', async (t) => {
    const { page, context } = await enter(t, 'client', { refused: [429] })
    await page.getByRole('button', { name: 'Sign out' }).click()
    await context.route('**/login', (route) => route.fulfill({ status: 429, headers: { 'retry-after': '1' }, contentType: 'application/problem+json', body: '{"code":"too_many_attempts"}' }))
    await page.getByLabel('E-mail or username').fill('a@example.com')
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await says(page, 'Too many tries. Wait 1 second and try again.')
  })
}
