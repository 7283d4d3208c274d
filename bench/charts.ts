// A row as a picture: bars of its first figure, a bar for each side.
import { join } from 'node:path'
import { install, requireFrom } from './packages.js'
import { root } from './processes.js'
import { figures, type Row } from './row.js'
import { figureOf, type Result } from './results.js'

const barHeight = 30
const folder = join(root, 'bench/charts')

/** Of ECharts what is used here. */
interface Chart { setOption (option: object): void, renderToSVGString (): string, dispose (): void }
interface ECharts { init (dom: null, theme: null, options: object): Chart }

/** Resolves with what makes the SVG of a row; null where nothing of it was measured. */
export async function openCharts (): Promise<(row: Row, result: Result | undefined) => string | null> {
  await install(folder)
  const { init } = requireFrom<ECharts>(folder, 'echarts')
  return (row, result) => chartOf(init, row, result)
}

function chartOf (init: ECharts['init'], row: Row, result: Result | undefined): string | null {
  const [figure] = row.figures
  if (result === undefined || figure === undefined) return null
  const bars = Object.keys(result.sides)
    .map((side) => ({ side, value: figureOf(result, side, figure) }))
    .filter(({ value }) => !Number.isNaN(value))
    .reverse()
  if (bars.length === 0) return null
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 860, height: 90 + bars.length * barHeight })
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    title: { text: row.title, subtext: `${figures[figure]}, median`, left: 10, textStyle: { fontSize: 15 } },
    grid: { left: 10, right: 90, top: 60, bottom: 10, containLabel: true },
    xAxis: { type: 'value', axisLabel: { hideOverlap: true } },
    yAxis: { type: 'category', data: bars.map(({ side }) => side), axisTick: { show: false } },
    series: [{
      type: 'bar',
      barWidth: 18,
      label: { show: true, position: 'right', formatter: ({ value }: { value: unknown }) => shown(Number(value)) },
      data: bars.map(({ side, value }) => ({ value, itemStyle: { color: side.startsWith('Gatehouse') ? '#1f6f54' : '#9aa5a0' } }))
    }]
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}

/** Three digits that count, thousands apart. */
export function shown (value: number): string {
  if (Number.isNaN(value)) return '–'
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)
}
