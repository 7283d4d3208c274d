// Where DIALECTS puts each dialect: at the root, under a prefix, or on a port of its own.
import type { Config } from '../../src/config.js'
import type { DialectName } from '../../src/environment.js'

export interface Mount {
  readonly name: DialectName
  /** Empty at the root. */
  readonly prefix: string
  /** Null where it answers on the main port. */
  readonly port: number | null
}

/** The mounts in their order. Throws where a port is none, the main one, or asked for twice; 0 takes any free one. */
export function readMounts ({ dialects, port: mainPort }: Pick<Config, 'dialects' | 'port'>): Mount[] {
  const mounts = dialects.map(readMount)
  const owners = new Map<number, string>(mainPort === 0 ? [] : [[mainPort, 'the main API (PORT)']])
  for (const { name, port } of mounts) {
    if (port === null || port === 0) continue
    if (port > 65535) throw new Error(`DIALECTS: ${name} asks for port ${port}, and there are only 65535.`)
    const owner = owners.get(port)
    if (owner !== undefined) throw new Error(`DIALECTS: ${owner} and ${name} both ask for port ${port}. Give ${name} another one, or a prefix (${name}@/old).`)
    owners.set(port, name)
  }
  return mounts
}

/** src/config.ts has seen to the form. */
function readMount (text: string): Mount {
  const [name = '', place = ''] = text.split('@')
  const isPort = place.startsWith(':')
  return { name: name as DialectName, prefix: isPort ? '' : place, port: isPort ? Number(place.slice(1)) : null }
}
