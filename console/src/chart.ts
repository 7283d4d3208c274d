// A chart of two counts by day: bars for who looks, the same figures as a table for who reads.
import { h, s } from './dom.js'

export interface DayCount { day: Date, count: number }

/** The last days up to today, each as its midnight here. */
export function days (number: number): Date[] {
  const today = new Date()
  return Array.from({ length: number }, (_day, index) => new Date(today.getFullYear(), today.getMonth(), today.getDate() - number + 1 + index))
}

export function countByDay (times: Date[]): DayCount[] {
  return days(14).map((day) => ({ day, count: times.filter((time) => time.toDateString() === day.toDateString()).length }))
}

const [width, height, floor] = [700, 150, 122]
const short = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short' })

/** The next round figure, so that the line on top says something. */
function roundUp (count: number): number {
  const step = 10 ** Math.floor(Math.log10(Math.max(count, 4)))
  return [1, 2, 4, 5, 10].map((factor) => factor * step).find((top) => top >= count) ?? count
}

export function chart (title: string, good: DayCount[], bad: DayCount[]): HTMLElement {
  const top = roundUp(Math.max(...[...good, ...bad].map(({ count }) => count)))
  const slot = (width - 40) / good.length
  const bar = Math.min(14, slot / 3)
  const tall = (count: number): number => count === 0 ? 0 : Math.max(2, count / top * (floor - 16))

  function bars (series: DayCount[], kind: string, shift: number) {
    return series.map(({ count }, index) => s('rect', { class: kind, x: 36 + slot * index + slot / 2 + shift, y: floor - tall(count), width: bar, height: tall(count), rx: 2 }))
  }

  const drawing = s('svg', { viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true', focusable: 'false' },
    [0, top / 2, top].map((count) => s('line', { x1: 36, x2: width, y1: floor - tall(count), y2: floor - tall(count), class: count === 0 ? 'base' : 'rule' })),
    [0, top].map((count) => s('text', { x: 28, y: floor - tall(count) + 4, class: 'figure' }, String(count))),
    bars(good, 'bar good', -bar - 1),
    bars(bad, 'bar bad', 1),
    good.flatMap(({ day }, index) => index % 3 === 1 ? [dayLabel(day, 36 + slot * index + slot / 2)] : []))

  return h('figure', { class: 'chart sheet' },
    h('figcaption', {}, h('h2', {}, title), h('p', { class: 'legend' }, key('good', `Sign-ins (${sum(good)})`), key('bad', `Failures (${sum(bad)})`))),
    drawing,
    h('details', {}, h('summary', {}, 'As a table'), table(good, bad)))
}

/** Wide letters on a phone: the last label ends where the drawing does. */
function dayLabel (day: Date, middle: number): SVGTextElement {
  const isLast = middle > width - 30
  return s('text', { x: isLast ? width : middle, y: height - 5, class: isLast ? 'day end' : 'day' }, short.format(day))
}

const sum = (series: DayCount[]): number => series.reduce((all, { count }) => all + count, 0)
const key = (kind: string, label: string): HTMLElement => h('span', { class: `key ${kind}` }, label)

function table (good: DayCount[], bad: DayCount[]): HTMLElement {
  return h('table', {},
    h('thead', {}, h('tr', {}, ...['Day', 'Sign-ins', 'Failures'].map((label) => h('th', { scope: 'col' }, label)))),
    h('tbody', {}, ...good.map(({ day, count }, index) => h('tr', {}, h('th', { scope: 'row' }, short.format(day)), h('td', { class: 'number' }, String(count)), h('td', { class: 'number' }, String(bad[index]?.count ?? 0))))))
}
