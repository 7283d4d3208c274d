// Forms: labels, hints, what is wrong beside the field it is about, one submission at a time.
import { GatehouseError } from '../../client/src/index.js'
import { type Child, h, newId } from './dom.js'
import { sentenceOf } from './words.js'

export interface Field {
  name: string
  label: string
  type?: 'text' | 'email' | 'password' | 'tel' | 'number' | 'search'
  value?: string | number | null
  hint?: string
  required?: boolean
  autocomplete?: string
  min?: number
  max?: number
  maxlength?: number
  /** The codes of refusals that are about this field. */
  codes?: readonly string[]
}

export type Values = Record<string, string>

export interface FormOptions {
  fields: readonly Field[]
  submit: string
  kind?: string
  /** What stands beside the button. */
  aside?: Child[]
  label?: string
  onSubmit (values: Values, form: HTMLFormElement): Promise<void>
}

export function form ({ fields, submit, kind = 'primary', aside = [], label, onSubmit }: FormOptions): HTMLFormElement {
  const complaint = h('p', { class: 'complaint', role: 'alert', hidden: true })
  const press = h('button', { type: 'submit', class: `button ${kind}` }, submit)
  const parts = fields.map(fieldOf)
  const element = h('form', { novalidate: true, 'aria-label': label, onsubmit: (event: Event) => { event.preventDefault(); void send() } },
    complaint, parts.map(({ element }) => element), h('div', { class: 'actions' }, press, aside))

  function complain (sentence: string): void {
    complaint.textContent = sentence
    complaint.hidden = sentence === ''
  }

  /** Puts each fault beside its field; answers what is about none. */
  function place (error: GatehouseError): string {
    const own = parts.find(({ field }) => field.codes?.includes(error.code))
    own?.fault(sentenceOf(error))
    const named = error.errors.filter(({ path, message }) => {
      const part = parts.find(({ field }) => `/${field.name}` === path)
      // Some faults are whole sentences, others say what the entry does: `is required`.
      part?.fault(/^[A-Z]/.test(message) ? message : `This ${message}.`)
      return part !== undefined
    })
    return own !== undefined || named.length > 0 ? '' : sentenceOf(error)
  }

  async function send (): Promise<void> {
    if (press.getAttribute('aria-disabled') === 'true') return
    complain('')
    for (const part of parts) part.fault(part.input.validationMessage)
    if (!focusFault()) {
      press.setAttribute('aria-disabled', 'true')
      try {
        await onSubmit(Object.fromEntries(parts.map(({ field, input }) => [field.name, input.value])), element)
      } catch (error) {
        if (!(error instanceof GatehouseError)) throw error
        complain(place(error))
        focusFault()
      } finally {
        press.removeAttribute('aria-disabled')
      }
    }
  }

  function focusFault (): boolean {
    const faulty = parts.find(({ input }) => input.getAttribute('aria-invalid') === 'true')
    faulty?.input.focus()
    return faulty !== undefined
  }
  return element
}

function fieldOf (field: Field) {
  const { name, label, type = 'text', value, hint, required = false, codes: _codes, ...rest } = field
  const id = newId(name)
  const input = h('input', { id, name, type, required, value: value ?? undefined, autocapitalize: type === 'text' ? undefined : 'none', ...rest, 'aria-describedby': `${id}-hint ${id}-fault` })
  const fault = h('p', { id: `${id}-fault`, class: 'fault' })
  const element = h('div', { class: 'field' },
    h('label', { for: id }, label, !required && type !== 'search' && h('span', { class: 'quiet' }, ' optional')),
    type === 'password' ? h('div', { class: 'secret' }, input, eye(input, label)) : input,
    h('p', { id: `${id}-hint`, class: 'hint' }, hint),
    fault)
  return {
    field,
    input,
    element,
    fault (sentence: string): void {
      fault.textContent = sentence
      if (sentence === '') input.removeAttribute('aria-invalid')
      else input.setAttribute('aria-invalid', 'true')
    }
  }
}

function eye (input: HTMLInputElement, label: string): HTMLButtonElement {
  const element = h('button', {
    type: 'button',
    class: 'eye',
    'aria-pressed': 'false',
    'aria-label': `Show ${label.toLowerCase()}`,
    onclick () {
      const shown = input.type === 'password'
      input.type = shown ? 'text' : 'password'
      element.setAttribute('aria-pressed', String(shown))
      element.textContent = shown ? 'Hide' : 'Show'
    }
  }, 'Show')
  return element
}

/** What was entered, or null where nothing was. */
export function orNull (value: string | undefined): string | null {
  return value === undefined || value.trim() === '' ? null : value.trim()
}
