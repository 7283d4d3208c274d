// The table of persons: reading it, and for managers writing to it beside others.
import type { Page } from 'playwright-core'
import type { Test } from 'tap'
import { until } from '../../helpers/until.js'
import { type House, says } from '../house.js'

async function names (page: Page): Promise<string[]> {
  return await page.locator('tbody .main').allTextContents()
}

/** Waits for the list that an act leads to. */
async function listed (page: Page, act: () => Promise<unknown>): Promise<void> {
  await Promise.all([page.waitForResponse((response) => response.url().includes('/persons?')), act()])
  await page.locator('.list:not([aria-busy])').waitFor()
}

export async function persons (t: Test, { enter, client, clock }: House): Promise<void> {
  const manager = client.as(await client.member('manager'))
  for (let number = 10; number < 35; number += 1) await manager.post('/persons', { json: { name: `Paged ${number}`, age: 100 - number } })

  await t.test('everybody searches, sorts and turns pages', async (t) => {
    const { page } = await enter(t)
    t.equal(await page.getByRole('button', { name: 'Add a person' }).count(), 0)
    await listed(page, () => page.getByRole('searchbox').fill('paged'))
    await says(page, '1 to 20 of 25')
    await listed(page, () => page.getByRole('button', { name: 'Name' }).click())
    t.equal((await names(page))[0], 'Paged 10')
    t.equal(await page.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort'), 'ascending')
    await listed(page, () => page.getByRole('button', { name: 'Next' }).click())
    t.same(await names(page), ['Paged 30', 'Paged 31', 'Paged 32', 'Paged 33', 'Paged 34'])
    await says(page, '21 to 25 of 25')
    await listed(page, () => page.getByRole('button', { name: 'Previous' }).click())
    t.equal((await names(page))[0], 'Paged 10')
    await listed(page, () => page.getByRole('button', { name: 'Age' }).click())
    t.equal((await names(page))[0], 'Paged 34')
    await listed(page, () => page.getByRole('button', { name: 'Age' }).click())
    t.equal((await names(page))[0], 'Paged 10')
    await listed(page, () => page.getByRole('searchbox').fill('nobody like that'))
    await says(page, 'No person is like that.')
  })

  await t.test('a page that could not be had is not on the way back', async (t) => {
    const { page } = await enter(t, 'client', { refused: [500] })
    await listed(page, () => page.getByRole('searchbox').fill('paged'))
    await listed(page, () => page.getByRole('button', { name: 'Name' }).click())
    await page.route('**/persons?*cursor=*', (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', body: '{ "status": 500, "code": "internal", "title": "x" }' }))
    await listed(page, () => page.getByRole('button', { name: 'Next' }).click())
    t.equal((await names(page))[0], 'Paged 10', 'the page stays')
    await page.unrouteAll()
    await listed(page, () => page.getByRole('button', { name: 'Next' }).click())
    await says(page, '21 to 25 of 25')
    await listed(page, () => page.getByRole('button', { name: 'Previous' }).click())
    t.equal((await names(page))[0], 'Paged 10')
    t.ok(await page.getByRole('button', { name: 'Previous' }).isDisabled())
  })

  await t.test('a manager adds, edits and deletes', async (t) => {
    const { page } = await enter(t, 'manager', { refused: [409] })
    clock.advance(1)
    await page.getByRole('button', { name: 'Add a person' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('<b>Grace</b> Hopper')
    await dialog.getByLabel('ID').fill('grace.h')
    await listed(page, () => dialog.getByRole('button', { name: 'Add' }).click())
    t.equal((await names(page))[0], '<b>Grace</b> Hopper', 'text stays text')
    await page.getByRole('button', { name: 'Add a person' }).click()
    await dialog.getByLabel('Name').fill('Another')
    await dialog.getByLabel('ID').fill('grace.h')
    await dialog.getByRole('button', { name: 'Add' }).click()
    await says(page, 'Another person has this ID already.')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: /^Edit .*Grace/ }).click()
    await dialog.getByLabel('Name').fill('Grace Hopper')
    await dialog.getByLabel('Age').fill('85')
    await listed(page, () => dialog.getByRole('button', { name: 'Save' }).click())
    t.equal(await page.locator('tbody tr').first().locator('.number').textContent(), '85')
    await page.getByRole('button', { name: 'Edit Grace Hopper' }).click()
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await listed(page, () => page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click())
    await says(page, 'Grace Hopper is deleted.')
    t.not((await names(page))[0], 'Grace Hopper')
  })

  await t.test('a button that is at work is not pressed again, and keeps the focus', async (t) => {
    const { page } = await enter(t, 'manager')
    const made = await manager.post('/persons', { json: { name: 'Pressed twice' } })
    await listed(page, () => page.getByRole('searchbox').fill('pressed twice'))
    const held: Array<() => Promise<void>> = []
    await page.route(`**/persons/${String(made.body.id)}`, (route) => { held.push(() => route.continue()) })
    await page.getByRole('button', { name: 'Edit Pressed twice' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    const press = page.getByRole('dialog').getByRole('button', { name: 'Delete' })
    await press.focus()
    for (const key of ['Enter', 'Enter', 'Space']) await page.keyboard.press(key)
    t.equal(await press.getAttribute('aria-disabled'), 'true')
    t.ok(await press.evaluate((element) => element.ownerDocument.activeElement === element))
    await until(async () => held.length > 0)
    // Time for a second one to come, if there were one.
    await page.waitForTimeout(200)
    t.equal(held.length, 1, 'one DELETE')
    await Promise.all(held.map((go) => go()))
    await says(page, 'Pressed twice is deleted.')
  })

  await t.test('who was slower sees what the other saved, and chooses', async (t) => {
    const { page } = await enter(t, 'manager', { refused: [412] })
    const made = await manager.post('/persons', { json: { name: 'Contested', age: 1 } })
    const address = `/persons/${String(made.body.id)}`
    await listed(page, () => page.getByRole('searchbox').fill('contested'))
    const dialog = page.getByRole('dialog')

    await page.getByRole('button', { name: 'Edit Contested' }).click()
    await manager.patch(address, { json: { age: 2 } })
    await dialog.getByLabel('Age').fill('3')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await says(page, 'Somebody else saved this person while you were editing.')
    t.match(await dialog.getByRole('alert').filter({ visible: true }).textContent(), /Age2 – you have 3/)
    t.match((await manager.get(address)).body, { age: 2, version: 2 }, 'nothing was written over')
    await dialog.getByRole('button', { name: 'Load what they saved' }).click()
    t.equal(await dialog.getByLabel('Age').inputValue(), '2')
    await dialog.getByLabel('Age').fill('4')
    await listed(page, () => dialog.getByRole('button', { name: 'Save' }).click())
    t.match((await manager.get(address)).body, { age: 4, version: 3 })

    await page.getByRole('button', { name: 'Edit Contested' }).click()
    await manager.patch(address, { json: { age: 5 } })
    await dialog.getByLabel('Age').fill('6')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByRole('button', { name: 'Keep my entries' }).click()
    await listed(page, () => dialog.getByRole('button', { name: 'Save' }).click())
    t.match((await manager.get(address)).body, { age: 6, version: 5 })
  })
}
