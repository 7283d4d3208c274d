// Adding and editing a person. When somebody else was quicker, it shows what they saved and lets the editor choose.
import { GatehouseError, type Person, type PersonBody } from '../../../client/src/index.js'
import { client } from '../app.js'
import { openDialog } from '../dialog.js'
import { button, type Child, h } from '../dom.js'
import { type Field, form, orNull, type Values } from '../form.js'

const labels = { name: 'Name', personId: 'ID', email: 'E-mail', age: 'Age' } as const
type Member = keyof typeof labels

function fieldsOf (person: Person | undefined): Field[] {
  return [
    { name: 'name', label: labels.name, required: true, maxlength: 200, value: person?.name ?? null },
    { name: 'email', label: labels.email, type: 'email', maxlength: 320, value: person?.email ?? null },
    { name: 'age', label: labels.age, type: 'number', min: 0, max: 150, value: person?.age ?? null },
    { name: 'personId', label: labels.personId, maxlength: 64, value: person?.personId ?? null, hint: 'Letters, digits, dot, dash, underscore. Made for you when left out.', codes: ['person_id_taken'] }
  ]
}

function bodyOf ({ name = '', email, age, personId }: Values): PersonBody {
  const id = orNull(personId)
  const years = orNull(age)
  return { name, email: orNull(email), age: years === null ? null : Number(years), ...(id !== null && { personId: id }) }
}

/** Opens the form; `saved` hears of what the service has kept, `remove` of the wish to be rid of it. */
export function editPerson (person: Person | undefined, saved: (person: Person) => void, remove?: (person: Person) => void): void {
  let version = person?.version
  const conflict = h('div', { class: 'conflict', role: 'alert', hidden: true })

  openDialog(person === undefined ? 'Add a person' : `Edit ${person.name}`, (close) => {
    const element = form({
      fields: fieldsOf(person),
      submit: person === undefined ? 'Add' : 'Save',
      aside: [button('Cancel', close), person !== undefined && remove !== undefined && button('Delete', () => { close(); remove(person) }, { kind: 'danger outline last', 'aria-label': `Delete ${person.name}` })],
      async onSubmit (values, element) {
        conflict.hidden = true
        try {
          const kept = person === undefined
            ? await client.persons.create(bodyOf(values))
            : await client.persons.update(person.id, bodyOf(values), version === undefined ? {} : { ifMatch: version })
          close()
          saved(kept)
        } catch (error) {
          if (person === undefined || !(error instanceof GatehouseError) || error.code !== 'version_mismatch') throw error
          explain(await client.persons.get(person.id), values, element)
        }
      }
    })

    function explain (theirs: Person, mine: Values, element: HTMLFormElement): void {
      version = theirs.version
      conflict.replaceChildren(
        h('p', {}, h('strong', {}, 'Somebody else saved this person while you were editing.')),
        h('dl', {}, ...differences(theirs, mine)),
        h('div', { class: 'actions' },
          button('Load what they saved', () => { fill(element, theirs); conflict.hidden = true; focusFirst(element) }),
          button('Keep my entries', () => { conflict.hidden = true; focusFirst(element) })))
      conflict.hidden = false
    }

    return [conflict, element]
  })
}

const text = (value: unknown): string => value === null || value === undefined || value === '' ? 'nothing' : String(value)

function differences (theirs: Person, mine: Values): Child[] {
  const members = (Object.keys(labels) as Member[]).filter((member) => text(theirs[member]) !== text(mine[member]?.trim()))
  if (members.length === 0) return [h('div', {}, h('dt', {}, 'Same entries'), h('dd', {}, 'They have what you have.'))]
  return members.map((member) => h('div', {}, h('dt', {}, labels[member]), h('dd', {}, h('ins', {}, text(theirs[member])), ' – you have ', h('span', {}, text(mine[member])))))
}

function fill (element: HTMLFormElement, person: Person): void {
  for (const member of Object.keys(labels) as Member[]) {
    const input = element.elements.namedItem(member)
    if (input instanceof HTMLInputElement) input.value = String(person[member] ?? '')
  }
}

function focusFirst (element: HTMLFormElement): void {
  element.querySelector('input')?.focus()
}
