// The text of .env.example: every variable that the service reads, what it is for, and its default, commented out.
import type { TSchema } from '@sinclair/typebox'
import { Environment } from '../src/environment.js'

const head = `# Every variable that the service reads. Copy this file to .env and take the # away where another value should hold.
# What is commented out shows the default. \`gatehouse config check\` tells what is in effect.
# Made from src/environment.ts by \`npm run typescript scripts/write-env-example.ts\`.
`

export function envExample (): string {
  return [head, ...Object.entries(Environment.properties).map(([name, rule]) => entry(name, rule))].join('\n')
}

function entry (name: string, rule: TSchema): string {
  const preset: unknown = rule.default ?? ''
  // Where the values are few or have limits; elsewhere `help` has said it.
  const expects = rule.type === 'integer' || String(rule['expects']).startsWith('one of') ? ` (${String(rule['expects'])})` : ''
  return `# ${String(rule['help'])}${expects}\n#${name}=${String(preset)}\n`
}
