// A way to the test server that can be cut, refused or made silent, so that the database "dies" while its data stay.
import { once } from 'node:events'
import net, { type AddressInfo, type Server, type Socket } from 'node:net'

export interface Proxy {
  /** The test server's URL with the proxy's address in place of its own. */
  url: string
  /** Cuts every connection and refuses new ones. */
  cut: () => Promise<void>
  /** Takes connections (again). */
  restore: () => Promise<void>
  /** Keeps connections open and lets nothing through. */
  silence: () => void
}

/** A proxy that is cut at first. */
export async function createProxy (target: string): Promise<Proxy> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let silent = false
  const server: Server = net.createServer(client => {
    const upstream = net.connect(Number(port), hostname)
    for (const [socket, other] of [[client, upstream], [upstream, client]] as const) {
      sockets.add(socket)
      socket.on('data', chunk => { if (!silent) other.write(chunk) })
      socket.on('error', () => undefined)
      socket.on('close', () => { sockets.delete(socket); other.destroy() })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address() as AddressInfo
  const url = new URL(target)
  url.port = String(address.port)

  const proxy = {
    url: url.href,
    async cut () {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
    async restore () {
      silent = false
      server.listen(address.port, '127.0.0.1')
      await once(server, 'listening')
    },
    silence () { silent = true }
  }
  await proxy.cut()
  return proxy
}
