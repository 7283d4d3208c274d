// What admins do: accounts, their sessions and standing, the log.
import type { Test } from 'tap'
import { until } from '../../helpers/until.js'
import { goTo, heading, type House, password, says, signIn } from '../house.js'

export async function administration (t: Test, { enter, client, clock, mailedToken }: House): Promise<void> {
  await t.test('who is no admin is shown nothing of it', async (t) => {
    const { page } = await enter(t, 'manager')
    t.same(await page.getByRole('navigation').getByRole('link').allTextContents(), ['Persons', 'Profile', 'Sessions'])
    await page.goto('/#/users')
    await heading(page, 'Persons')
  })

  await t.test('an account is found, gets a role, is disabled and enabled, loses its sessions, gets a link, is deleted', async (t) => {
    const { page } = await enter(t, 'admin')
    const them = await client.register({ firstName: 'Mina', lastName: `Okafor ${process.pid}` })
    await goTo(page, 'Users')
    await page.getByLabel('Role').selectOption('Client')
    await page.getByLabel('Standing').selectOption('Active')
    await page.getByRole('searchbox').fill(them.email)
    await page.getByRole('status').getByText('1 to 1 of 1').or(page.getByText('1 to 1 of 1')).first().waitFor()
    await page.getByRole('link', { name: /Mina Okafor/ }).click()
    await heading(page, `Mina Okafor ${process.pid}`)
    t.equal(await page.getByRole('listitem').count(), 1)

    await page.getByLabel('Role').selectOption('Manager')
    await says(page, /is manager now/)
    await page.getByRole('button', { name: 'Mail a link for a new password' }).click()
    await says(page, 'A mail with a link is on its way.')
    t.ok(await mailedToken(them.email, 'reset'))
    await page.getByRole('button', { name: 'End all' }).click()
    await says(page, 'Signed in nowhere.')
    t.equal((await client.as(them).get('/profile')).status, 401)
    await page.getByRole('button', { name: 'Disable' }).click()
    await says(page, 'The account is disabled, and its sessions have ended.')
    t.equal((await client.post('/login', { json: { email: them.email, password } })).code, 'account_disabled')
    await page.getByRole('button', { name: 'Enable' }).click()
    await says(page, 'The account is enabled.')
    await page.getByRole('link', { name: 'What happened' }).click()
    await heading(page, 'Audit log')
    await says(page, /only\./)
    await page.getByRole('link', { name: /Mina Okafor/ }).first().click()
    await page.getByRole('button', { name: 'Delete this account' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete the account' }).click()
    await heading(page, 'Users')
    await says(page, 'The account is deleted.')
  })

  await t.test('what the service refuses is said, and the page shows what is', async (t) => {
    const { page, id } = await enter(t, 'admin', { refused: [409] })
    await page.route(`**/users/${id}`, async (route) => {
      if (route.request().method() !== 'PATCH') await route.continue()
      else await route.fulfill({ status: 409, contentType: 'application/problem+json', body: '{"code":"last_admin"}' })
    })
    await page.goto(`/#/user/${id}`)
    await page.getByLabel('Role').selectOption('Client')
    await page.getByRole('button', { name: 'Give it up' }).click()
    await says(page, 'This is the last admin.')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await until(async () => await page.getByLabel('Role').inputValue() === 'admin')
    t.pass('the choice is as it was')
  })

  await t.test('an admin who takes a lower role is shown what is left', async (t) => {
    await client.member('admin')
    // The access token of the higher role is refused at once, and replaced.
    const { page, id } = await enter(t, 'admin', { refused: [401] })
    await page.goto(`/#/user/${id}`)
    await page.getByLabel('Role').focus()
    await page.keyboard.press('ArrowUp')
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    t.equal(await page.getByLabel('Role').inputValue(), 'admin', 'one key is not enough')
    t.ok(await page.getByLabel('Role').evaluate((element) => element.ownerDocument.activeElement === element))
    t.match((await client.as(await client.member('admin')).get(`/users/${id}`)).body, { role: 'admin' })
    await page.keyboard.press('ArrowUp')
    await page.getByRole('button', { name: 'Give it up' }).click()
    await heading(page, 'Profile')
    await says(page, /is manager now/)
    t.same(await page.getByRole('navigation').getByRole('link').allTextContents(), ['Persons', 'Profile', 'Sessions'])
    t.equal(await page.locator('#who .role').textContent(), 'Manager')
  })

  await t.test('an admin who ends the own sessions is signed out; so is one who disables the own account, and is asked before', async (t) => {
    const { page, id, email } = await enter(t, 'admin', { refused: [401] })
    await page.goto(`/#/user/${id}`)
    await page.getByRole('button', { name: 'End all' }).click()
    await heading(page, 'Sign in')
    await signIn(page, email)
    await page.goto(`/#/user/${id}`)
    await page.getByRole('button', { name: 'Disable' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: 'Disable' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Disable it' }).click()
    await heading(page, 'Sign in')
    t.equal((await client.post('/login', { json: { email, password } })).code, 'account_disabled')
  })

  await t.test('the log shows what happened, by kind, with sign-ins and failures by day', async (t) => {
    const { page, email } = await enter(t, 'admin')
    // What went before has moved the clock of the service, past midnight at times.
    await page.clock.setSystemTime(clock())
    await client.post('/login', { json: { email, password: 'not this one' } })
    await goTo(page, 'Audit log')
    await says(page, /Sign-ins \(\d+\)/)
    await until(async () => Number(await page.locator('.chart rect.bad').last().getAttribute('height')) > 0)
    await page.getByText('As a table').click()
    t.equal(await page.locator('.chart tbody tr').count(), 14)
    await page.getByLabel('Event').selectOption('Sign-in failed')
    await page.locator('.list .event.bad').first().waitFor()
    t.ok((await page.locator('.list .event').allTextContents()).every((text) => text === 'Sign-in failed'))
  })
}
