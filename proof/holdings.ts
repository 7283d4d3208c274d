// What a process holds: memory and open files (Linux).
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { Service } from './scene.js'

/** Of the open files, `sockets` are sockets. */
export interface Holdings { files: number, sockets: number, mebibytes: number }

export function holdings ({ child }: Pick<Service, 'child'>): Holdings {
  const folder = `/proc/${child.pid}/fd`
  const names = readdirSync(folder)
  return { files: names.length, sockets: names.filter((name) => isSocket(`${folder}/${name}`)).length, mebibytes: residentMebibytes({ child }) }
}

export function residentMebibytes ({ child }: Pick<Service, 'child'>): number {
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024)
}

function isSocket (path: string): boolean {
  try {
    return readlinkSync(path).startsWith('socket:')
  } catch {
    // Closed since it was listed.
    return false
  }
}
