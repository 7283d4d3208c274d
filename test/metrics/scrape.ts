// Reads what /metrics answers, as Prometheus would.
import type { TestApp } from '../helpers/app.js'

export const metricsToken = 'the token of the scraper, in words'.replaceAll(/\W+/g, '-')

export interface Sample { name: string, labels: Record<string, string>, value: number }

export function samplesIn (text: string): Sample[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => {
    const parsed = /^([a-z_]\w*)(?:\{(.*)\})? (\S+)$/i.exec(line)
    if (parsed === null) throw new Error(`not a sample: ${line}`)
    const [, name = '', labels = '', value = ''] = parsed
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', content = '']) => [label, content])
    return { name, labels: Object.fromEntries(pairs) as Record<string, string>, value: value === '+Inf' ? Infinity : Number(value) }
  })
}

export async function scrape ({ client }: Pick<TestApp, 'client'>): Promise<Sample[]> {
  const { status, text } = await client.get('/metrics', { token: metricsToken })
  if (status !== 200) throw new Error(`/metrics answered ${status}`)
  return samplesIn(text)
}

/** The value of the one sample with this name and, at least, these labels; undefined where there is none. */
export function valueOf (samples: readonly Sample[], name: string, labels: Record<string, string> = {}): number | undefined {
  const wanted = Object.entries(labels)
  const found = samples.filter((sample) => sample.name === name && wanted.every(([label, value]) => sample.labels[label] === value))
  if (found.length > 1) throw new Error(`${found.length} samples of ${name} with ${JSON.stringify(labels)}`)
  return found[0]?.value
}
