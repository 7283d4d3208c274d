// The look of every page for who is not signed in: an arch, and a sheet in front of it.
import { type Child, h, s } from './dom.js'

/** Arches within arches, drawn in lines. */
function arches (): SVGSVGElement {
  const lines = [190, 158, 126, 94, 62, 30].map((radius) =>
    s('path', { d: `M${200 - radius} 560V${210}a${radius} ${radius} 0 0 1 ${2 * radius} 0V560`, class: `arch-${radius}` }))
  return s('svg', { viewBox: '0 0 400 560', class: 'arches', 'aria-hidden': 'true', focusable: 'false' }, lines)
}

export function gate (title: string, ...contents: Child[]): HTMLElement {
  return h('section', { class: 'gate' },
    h('div', { class: 'arch' }, arches()),
    h('div', { class: 'sheet' }, h('h1', {}, title), ...contents))
}
