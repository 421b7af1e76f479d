import { connect, createServer, type Socket } from 'node:net'
import { freePort } from '../../dev/stack/ports.ts'

/** A connection to a server that can lose requests; answers always arrive. */
export type Line = { address: string; cut(): void; mend(): void; close(): void }

/** Opens a line to host:port. */
export async function openLine(address: string): Promise<Line> {
  const [host, port] = address.split(':')
  const sockets = new Set<Socket>()
  let isCut = false
  const server = createServer((socket) => {
    const upstream = connect(Number(port), host)
    for (const end of [socket, upstream]) end.on('error', () => undefined)
    socket.on('data', (data) => void (isCut || upstream.write(data)))
    socket.on('close', () => upstream.destroy())
    upstream.on('data', (data) => socket.write(data)).on('close', () => socket.destroy())
    sockets.add(socket)
  })
  const own = await freePort()
  await new Promise<void>((resolve) => server.listen(own, '127.0.0.1', resolve))
  return {
    address: `127.0.0.1:${own}`,
    cut: () => {
      isCut = true
    },
    mend: () => {
      isCut = false
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
