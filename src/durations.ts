// Spans of time as people write them in the configuration: 10s, 5m, 2h, 30d.

const secondsIn = new Map([['s', 1], ['m', 60], ['h', 3600], ['d', 86_400]])
const pattern = /^(0|[1-9]\d{0,8})([smhd])$/

/** The seconds in `10s`, `5m`, `2h` or `30d`, or null for any other text. */
export function parseDuration (text: string): number | null {
  const found = pattern.exec(text)
  return found && Number(found[1]) * (secondsIn.get(found[2] as string) as number)
}
