// The console in a real browser: every flow, two tabs, accessibility, weight. One Chromium for all of it.
import t from 'tap'
import { accessibility } from './flows/accessibility.js'
import { account } from './flows/account.js'
import { administration } from './flows/administration.js'
import { hygiene } from './flows/hygiene.js'
import { mails } from './flows/mails.js'
import { persons } from './flows/persons.js'
import { tabs } from './flows/tabs.js'
import { troubles } from './flows/troubles.js'
import { executablePath, hasBrowser, openHouse } from './house.js'

if (hasBrowser) {
  const house = await openHouse(t)
  // These measure, and move the clock: alone.
  for (const [name, flow] of Object.entries({ hygiene, tabs })) await t.test(name, async (t) => { await flow(t, house) })
  t.jobs = 2
  const flows = { accessibility, persons, administration, account, mails, troubles }
  await Promise.all(Object.entries(flows).map(([name, flow]) => t.test(name, { buffered: true }, async (t) => { await flow(t, house) })))
} else {
  console.error(`NOT RUN: browser (the console's tests need Chromium, and there is none at ${executablePath}; CHROMIUM names another)`)
  t.pass('NOT RUN: browser', { skip: `no Chromium at ${executablePath}` })
}
