// What the mails say. Pure functions; what a stranger wrote (names, programs) comes in as text and is escaped by the layout.
import { oneLine, render, type Rendered } from './layout.js'

interface Product { productName: string, subject: string }
/** `url` leads to a page that takes the token out of the fragment and posts it; opening it changes nothing. */
interface Link extends Product { url: string, until: Date }
/** How to address the owner; null towards an address that nobody has proved: a stranger may have chosen the name. */
interface Named { name: string | null }

const ignore = 'If you did not ask for this, you need not do anything: nothing changes unless the link is used.'
const careful = 'If this was not you, reset your password now and look through the sessions in your account.'

/** 1 March 2026 at 12:00 UTC */
export function formatTime (time: Date): string {
  return `${time.toLocaleString('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })} UTC`
}

const once = (until: Date): string => `The link works once, until ${formatTime(until)}.`

function greeting ({ name }: Named): string[] {
  const shown = name === null ? '' : oneLine(name)
  return shown === '' ? [] : [`Hello ${shown},`]
}

export function verifyAddress ({ productName, subject, url, until }: Link): Rendered {
  return render({
    productName,
    subject,
    title: 'Confirm your e-mail address',
    paragraphs: [`This address was given for an account with ${oneLine(productName)}. Please confirm that it is yours.`],
    action: { label: 'Confirm address', url },
    notes: [once(until), ignore]
  })
}

/** To the owner, when somebody registers with, or changes to, an address that has an account. */
export function addressInUse ({ productName, subject, name }: Product & Named): Rendered {
  return render({
    productName,
    subject,
    title: 'You already have an account',
    paragraphs: [
      ...greeting({ name }),
      `Somebody gave this e-mail address for an account with ${oneLine(productName)}, but it belongs to yours already. Nothing has changed.`,
      'If it was you: log in as before, or have your password reset if you do not remember it.'
    ],
    notes: ['If it was not you, you need not do anything.']
  })
}

export function resetPassword ({ productName, subject, url, until, name }: Link & Named): Rendered {
  return render({
    productName,
    subject,
    title: 'Reset your password',
    paragraphs: [...greeting({ name }), `Somebody, hopefully you, asked for a new password for your account with ${oneLine(productName)}.`],
    action: { label: 'Choose a new password', url },
    notes: [once(until), ignore]
  })
}

export function resetByAdmin ({ productName, subject, url, until, name }: Link & Named): Rendered {
  return render({
    productName,
    subject,
    title: 'Choose a new password',
    paragraphs: [...greeting({ name }), `An administrator of ${oneLine(productName)} asks you to choose a new password. They neither know nor see it.`],
    action: { label: 'Choose a new password', url },
    notes: [once(until), 'Until then your present password stays as it is.']
  })
}

export function confirmNewAddress ({ productName, subject, url, until }: Link): Rendered {
  return render({
    productName,
    subject,
    title: 'Confirm your new e-mail address',
    paragraphs: [`This address is to become that of an account with ${oneLine(productName)}. Please confirm that it is yours.`],
    action: { label: 'Confirm new address', url },
    notes: [once(until), ignore]
  })
}

/** To the old address. `newAddress` is masked: this mailbox may have passed to somebody else. */
export function addressChangeAsked ({ productName, subject, name, newAddress, at }: Product & Named & { newAddress: string, at: Date }): Rendered {
  return render({
    productName,
    subject,
    title: 'Your e-mail address is about to change',
    paragraphs: [
      ...greeting({ name }),
      `On ${formatTime(at)} it was asked that your account with ${oneLine(productName)} should use ${oneLine(newAddress)} from now on. It will when that address has been confirmed.`
    ],
    notes: [careful, 'A new password also stops this change.']
  })
}

export function passwordChanged ({ productName, subject, name, at }: Product & Named & { at: Date }): Rendered {
  return render({
    productName,
    subject,
    title: 'Your password was changed',
    paragraphs: [...greeting({ name }), `The password of your account with ${oneLine(productName)} was changed on ${formatTime(at)}.`],
    notes: [careful]
  })
}

/** `device` is a description (device.ts), not what the program said of itself. */
export function newSignIn ({ productName, subject, name, at, device, ip }: Product & Named & { at: Date, device: string, ip: string | null }): Rendered {
  const from = ip === null ? '' : `, address ${oneLine(ip)}`
  return render({
    productName,
    subject,
    title: 'New sign-in to your account',
    paragraphs: [
      ...greeting({ name }),
      `On ${formatTime(at)} somebody signed in to your account with ${oneLine(productName)} from a device or place that is new to us: ${oneLine(device)}${from}.`,
      'If it was you, all is well.'
    ],
    notes: [careful]
  })
}
