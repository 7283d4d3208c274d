// The table of persons: search, order, pages; managers add, edit and delete.
import type { ListPersonsQuery, Person } from '../../../client/src/index.js'
import { client, isAtLeast, type Place, type View } from '../app.js'
import { confirm } from '../dialog.js'
import { button, h } from '../dom.js'
import { type Column, pagedList, searchField } from '../list.js'
import { attempt, say } from '../status.js'
import { when } from '../words.js'
import { editPerson } from './person-dialog.js'

const pageSize = 20

/** An ID that was made by the service is long and says little. */
function shortId ({ personId }: Person): HTMLElement {
  return h('span', { class: 'quiet', title: personId }, personId.length > 24 ? `…${personId.slice(-8)}` : personId)
}

export async function persons ({ signal }: Place): Promise<View> {
  const manages = isAtLeast('manager')
  const columns: Array<Column<Person>> = [
    { label: 'Name', sort: 'name', cell: (person) => [h('span', { class: 'main' }, person.name), h('span', { class: 'narrow-only quiet' }, person.email)] },
    { label: 'ID', kind: 'wide', cell: (person) => shortId(person) },
    { label: 'E-mail', kind: 'wide', cell: ({ email }) => email },
    { label: 'Age', sort: 'age', kind: 'number', cell: ({ age }) => age === null ? h('span', { class: 'quiet' }, '–') : String(age) },
    { label: 'Added', sort: 'createdAt', kind: 'wide', cell: ({ createdAt }) => when(createdAt) }
  ]
  if (manages) columns.push({ label: 'Actions', kind: 'acts', cell: actsOn })

  const list = pagedList<Person, ListPersonsQuery>({
    label: 'Persons',
    columns,
    query: { sort: '-createdAt', limit: pageSize, total: true },
    nothing: 'No person is like that.',
    signal,
    load: (query, options) => client.persons.list(query, options)
  })

  function saved (person: Person): void {
    say(`${person.name} is saved.`)
    void list.reload()
  }

  function actsOn (person: Person) {
    return button('Edit', () => { editPerson(person, saved, askToDelete) }, { kind: 'quiet', 'aria-label': `Edit ${person.name}` })
  }

  function askToDelete (person: Person): void {
    confirm(`Delete ${person.name}?`, 'The entry is gone for everybody, and does not come back.', 'Delete', async () => {
      await attempt(() => client.persons.remove(person.id, { ifMatch: person.version }), `${person.name} is deleted.`)
      await list.reload()
      // Also after a refusal: what is asked about here may be another by now.
      return true
    })
  }

  await list.reload()
  return {
    title: 'Persons',
    element: h('section', {},
      h('div', { class: 'head' }, h('h1', {}, 'Persons'), manages && button('Add a person', () => { editPerson(undefined, saved) }, { kind: 'primary' })),
      h('div', { class: 'tools' }, searchField('Search names, addresses, IDs', (q) => { void list.change({ q }) })),
      list.element)
  }
}
