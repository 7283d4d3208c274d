// Makes elements. Text always goes in as text, so nothing that people type can become markup.

export type Child = Node | string | null | undefined | false
type Value = string | number | boolean | undefined | ((event: never) => void)
export type Properties = Record<string, Value>

/** An element: `onclick` and the like become listeners, true an empty attribute, false and undefined none. */
export function h<Tag extends keyof HTMLElementTagNameMap> (tag: Tag, properties: Properties = {}, ...children: Array<Child | Child[]>): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) setProperty(element, name, value)
  element.append(...present(children))
  return element
}

const svgSpace = 'http://www.w3.org/2000/svg'

export function s<Tag extends keyof SVGElementTagNameMap> (tag: Tag, properties: Properties = {}, ...children: Array<Child | Child[]>): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS(svgSpace, tag)
  for (const [name, value] of Object.entries(properties)) setProperty(element, name, value)
  element.append(...present(children))
  return element
}

function setProperty (element: Element, name: string, value: Value): void {
  if (typeof value === 'function') element.addEventListener(name.slice(2), value as EventListener)
  else if (value === true) element.setAttribute(name, '')
  else if (value !== false && value !== undefined) element.setAttribute(name, String(value))
}

function present (children: Array<Child | Child[]>): Array<Node | string> {
  return children.flat().filter((child): child is Node | string => child !== null && child !== undefined && child !== false)
}

/** The element of the page with this id. */
export function byId (id: string): HTMLElement {
  const element = document.getElementById(id)
  if (element === null) throw new Error(`The page has no element #${id}.`)
  return element
}

let made = 0
export function newId (prefix: string): string {
  made += 1
  return `${prefix}-${made}`
}

/** A button that does one thing, and cannot be pressed again while it is doing it. */
export function button (label: Child, act: () => unknown, { kind = 'plain', ...properties }: Properties & { kind?: string } = {}): HTMLButtonElement {
  const element = h('button', {
    type: 'button',
    class: `button ${kind}`,
    ...properties,
    onclick () {
      // Not `disabled`, which would take the focus away from who pressed it.
      if (element.getAttribute('aria-disabled') === 'true') return
      const work = act()
      if (!(work instanceof Promise)) return
      element.setAttribute('aria-disabled', 'true')
      void work.finally(() => { element.removeAttribute('aria-disabled') })
    }
  }, label)
  return element
}
