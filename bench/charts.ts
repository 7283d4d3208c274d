// A row as a picture: bars of its first figure, a bar for each side.
import { figures, type Row } from './row.js'
import { figureOf, type Result } from './results.js'

const [width, top, barHeight] = [860, 60, 30]
/** Where the bars begin, and how long the longest is: names stand before, figures behind. */
const [left, longest] = [250, 520]

/** Text inside an SVG. */
function escaped (text: string): string {
  return text.replace(/[<>&"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

function textAt (x: number, y: number, text: string, more = ''): string {
  return `<text x="${x}" y="${y}" ${more}>${escaped(text)}</text>`
}

/** The SVG of a row; null where nothing of it was measured. */
export function chartOf (row: Row, result: Result | undefined): string | null {
  const [figure] = row.figures
  if (result === undefined || figure === undefined) return null
  const bars = Object.keys(result.sides)
    .map((side) => ({ side, value: figureOf(result, side, figure) }))
    .filter(({ value }) => !Number.isNaN(value))
  if (bars.length === 0) return null
  const most = Math.max(...bars.map(({ value }) => value))
  const drawn = bars.map(({ side, value }, index) => {
    const y = top + index * barHeight
    const length = most > 0 ? Math.round(longest * value / most) : 0
    const colour = side.startsWith('Gatehouse') ? '#1f6f54' : '#9aa5a0'
    return textAt(left - 8, y + 13, side, 'text-anchor="end"') +
      `<rect x="${left}" y="${y}" width="${length}" height="18" fill="${colour}"/>` +
      textAt(left + length + 6, y + 13, shown(value))
  })
  const height = top + bars.length * barHeight
  return [
    `<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" font-size="12" fill="#333333">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    textAt(10, 24, row.title, 'font-size="15" font-weight="bold"'),
    textAt(10, 44, `${figures[figure]}, median`),
    ...drawn,
    '</svg>'
  ].join('\n')
}

/** Three digits that count, thousands apart. */
export function shown (value: number): string {
  if (Number.isNaN(value)) return '–'
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)
}
