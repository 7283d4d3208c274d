// A list by pages: search and filters above it, columns that sort, and a way on and back.
import { GatehouseError, type Page } from '../../client/src/index.js'
import { button, type Child, h } from './dom.js'
import { sentenceOf } from './words.js'

export interface Column<Item> {
  label: string
  cell (item: Item): Child | Child[]
  /** The query's `sort` for this column; its opposite has a minus. */
  sort?: string
  /** `wide`: left out on a phone. `number`: aligned right. */
  kind?: 'wide' | 'number' | 'acts'
}

export interface ListOptions<Item, Query> {
  label: string
  columns: ReadonlyArray<Column<Item>>
  query: Query
  nothing: string
  signal: AbortSignal
  load (query: Query & { cursor?: string }, options: { signal: AbortSignal }): Promise<Page<Item>>
}

interface Leg { cursor?: string, before: number }

const typingPause = 250

export function pagedList<Item extends { id: string }, Query extends { sort?: string }> ({ label, columns, query: first, nothing, signal, load }: ListOptions<Item, Query>) {
  let query = first
  /** The pages up to this one: where each begins, and how many items are before it. */
  let trail: Leg[] = [{ before: 0 }]
  let turn = 0
  const body = h('tbody')
  const head = h('tr')
  const count = h('p', { class: 'count', role: 'status' })
  const pager = h('div', { class: 'pager' })
  const wrap = h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': label },
    h('table', {}, h('caption', { class: 'unseen' }, label), h('thead', {}, head), body))
  const element = h('div', { class: 'list' }, wrap, h('div', { class: 'foot' }, count, pager))

  function drawHead (): void {
    head.replaceChildren(...columns.map(({ label, sort, kind }) => {
      if (sort === undefined) return h('th', { scope: 'col', class: kind }, kind === 'acts' ? h('span', { class: 'unseen' }, label) : label)
      const way = query.sort === sort ? 'ascending' : query.sort === `-${sort}` ? 'descending' : undefined
      const press = button(label, () => change({ sort: way === 'ascending' ? `-${sort}` : sort } as Partial<Query>), { kind: 'sort' })
      return h('th', { scope: 'col', class: kind, 'aria-sort': way }, press)
    }))
  }

  function drawPage ({ items, nextCursor, total, totalIsMinimum }: Page<Item>): void {
    body.replaceChildren(...items.map((item) => h('tr', { 'data-id': item.id }, ...columns.map(({ cell, kind }) => h('td', { class: kind }, ...[cell(item)].flat())))))
    if (items.length === 0) body.replaceChildren(h('tr', {}, h('td', { class: 'nothing', colspan: columns.length }, nothing)))
    const before = trail.at(-1)?.before ?? 0
    const [from, to] = [before + 1, before + items.length].map((number) => number.toLocaleString('en'))
    count.textContent = items.length === 0 ? 'None' : `${from} to ${to}${total === undefined ? '' : ` of ${totalIsMinimum === true ? 'at least ' : ''}${total.toLocaleString('en')}`}`
    const back = trail.length > 1
    pager.replaceChildren(
      button('Previous', () => turnTo(trail.slice(0, -1)), { disabled: !back }),
      button('Next', () => turnTo([...trail, { cursor: nextCursor ?? '', before: before + items.length }]), { disabled: nextCursor === null }))
    pager.hidden = !back && nextCursor === null
  }

  async function turnTo (legs: Leg[]): Promise<void> {
    await show(legs)
    wrap.scrollIntoView({ block: 'nearest' })
    wrap.focus({ preventScroll: true })
  }

  async function reload (): Promise<void> {
    await show(trail)
  }

  /** The page that these legs lead to; where it cannot be had, the way stays as it was. */
  async function show (legs: Leg[]): Promise<void> {
    const mine = turn += 1
    element.setAttribute('aria-busy', 'true')
    try {
      const cursor = legs.at(-1)?.cursor
      const page = await load(cursor === undefined ? query : { ...query, cursor }, { signal })
      if (mine !== turn) return
      trail = legs
      const focused = document.activeElement?.closest('tr')?.dataset.id
      drawPage(page)
      if (focused !== undefined) body.querySelector<HTMLElement>(`[data-id="${focused}"] button`)?.focus()
    } catch (error) {
      if (!(error instanceof GatehouseError) || mine !== turn) return
      count.textContent = sentenceOf(error)
    }
    element.removeAttribute('aria-busy')
  }

  /** Another search, filter or order: from the first page. */
  async function change (part: Partial<Query>): Promise<void> {
    query = { ...query, ...part }
    trail = [{ before: 0 }]
    const sorted = document.activeElement?.closest('th')?.textContent
    drawHead()
    for (const press of head.querySelectorAll('button')) if (press.textContent === sorted) press.focus()
    await reload()
  }

  drawHead()
  return { element, reload, change }
}

/** A field to search as one types. */
export function searchField (label: string, search: (text: string) => void): HTMLElement {
  let timer: ReturnType<typeof setTimeout> | undefined
  const input = h('input', {
    type: 'search',
    placeholder: label,
    'aria-label': label,
    maxlength: 200,
    oninput () {
      clearTimeout(timer)
      timer = setTimeout(() => { search(input.value.trim()) }, typingPause)
    }
  })
  return h('div', { class: 'search' }, input)
}

/** A choice among a few. */
export function choice (label: string, options: ReadonlyArray<readonly [value: string, label: string]>, choose: (value: string) => unknown, value = ''): HTMLElement {
  const select = h('select', { onchange: () => { void choose(select.value) } }, ...options.map(([option, text]) => h('option', { value: option, selected: option === value }, text)))
  return h('label', { class: 'choice' }, h('span', {}, label), select)
}
