// What the Lua scripts of bench/wrk send, for the load generators that are no wrk: from 4,096 addresses, with the Origin of a page.
export const addresses = 4096

/** The headers of request number `index`. */
export function headersOf (index: number): Record<string, string> {
  const address = index % addresses
  return { origin: 'https://app.example.com', 'x-forwarded-for': `10.1.${Math.floor(address / 256)}.${address % 256}` }
}
