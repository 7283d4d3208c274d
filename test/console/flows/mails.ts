// The links in mail: choosing a new password, confirming an address. Nothing happens before a button is pressed.
import type { Test } from 'tap'
import { goTo, heading, type House, password, says, signIn } from '../house.js'

export async function mails (t: Test, { visit, enter, client, mailedToken }: House): Promise<void> {
  await t.test('a forgotten password is replaced by way of a mail', async (t) => {
    const { page, context } = await visit(t, { refused: [400, 422] })
    const { email } = await client.register()
    await page.goto('/')
    await page.getByRole('link', { name: 'Forgot your password?' }).click()
    await page.getByLabel('E-mail').fill(email)
    await page.getByRole('button', { name: 'Send the link' }).click()
    await says(page, 'a mail with a link is on its way')
    const token = await mailedToken(email, 'reset')

    const posted: string[] = []
    context.on('request', (request) => { if (request.method() === 'POST') posted.push(request.url()) })
    await page.goto(`/reset#token=${token}`)
    await heading(page, 'Choose a new password')
    t.equal(new URL(page.url()).hash, '', 'the token is out of the address bar')
    t.same(posted, [], 'opening the page uses nothing up')
    await page.getByRole('textbox', { name: 'New password' }).fill('password1')
    await page.getByRole('button', { name: 'Change password' }).click()
    await says(page, 'The password is one of the most common ones.')
    await page.getByRole('textbox', { name: 'New password' }).fill('an entirely new one')
    await page.getByRole('button', { name: 'Change password' }).click()
    await heading(page, 'Your password is changed')
    await signIn(page, email, 'an entirely new one')

    await page.goto(`/reset#token=${token}`)
    await page.getByRole('textbox', { name: 'New password' }).fill('yet another new one')
    await page.getByRole('button', { name: 'Change password' }).click()
    await says(page, 'This link has expired or was used already.')
    await page.goto('/reset')
    await heading(page, 'This link is not whole')
    await page.goto(`/reset#token=${token}`)
    await heading(page, 'Choose a new password')
    t.equal(new URL(page.url()).hash, '', 'a link that is opened in the same place is taken as well')
  })

  await t.test('from a link that does not count any more a way leads to a new one', async (t) => {
    const { page } = await visit(t, { refused: [400] })
    await page.goto(`/reset#token=${'A'.repeat(43)}`)
    await page.getByRole('textbox', { name: 'New password' }).fill('yet another new one')
    await page.getByRole('button', { name: 'Change password' }).click()
    await says(page, 'This link has expired or was used already.')
    await page.getByRole('link', { name: 'Ask for a new link' }).click()
    await heading(page, 'Forgot your password?')
  })

  await t.test('an address is changed, and confirmed by a press', async (t) => {
    const { page, context, newTab } = await enter(t, 'client', { refused: [403] })
    const address = `new-${process.pid}@example.com`
    await goTo(page, 'Profile')
    await page.getByRole('button', { name: 'Send the link again' }).click()
    await says(page, 'A mail with a link is on its way.')
    await page.getByLabel('New address').fill(address)
    await page.getByRole('textbox', { name: 'Your password' }).fill('not this one')
    await page.getByRole('button', { name: 'Change address' }).click()
    await says(page, 'The password is not right.')
    await page.getByRole('textbox', { name: 'Your password' }).fill(password)
    await page.getByRole('button', { name: 'Change address' }).click()
    await says(page, 'Follow the link that we have sent to the new address.')
    const token = await mailedToken(address, 'verify')

    const posted: string[] = []
    context.on('request', (request) => { if (request.method() === 'POST') posted.push(new URL(request.url()).pathname) })
    const link = await newTab()
    await link.goto(`/verify#token=${token}`)
    await heading(link, 'Confirm your address')
    t.equal(new URL(link.url()).hash, '')
    t.same(posted, [], 'a scanner that opens the page confirms nothing')
    await link.getByRole('button', { name: 'Confirm this address' }).click()
    await heading(link, 'Your address is confirmed')
    t.same(posted, ['/email/verify'])
    await link.goto('/verify')
    await heading(link, 'This link is not whole')
    await page.reload()
    await says(page, address)
    await says(page, 'Confirmed')
  })
}
