import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** Returns true if a program listens on this loopback port. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    const end = (listening: boolean) => {
      socket.destroy()
      resolve(listening)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
    socket.setTimeout(1_000, () => end(false))
  })
}

/** Returns a free loopback port: the preferred one if possible, else one that the system picks. */
export function freePort(preferred = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error) => (preferred === 0 ? reject(error) : resolve(freePort())))
    server.listen(preferred, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : preferred))
    })
  })
}

/** Throws if another program has one of our ports. Waits up to five seconds for a program that is stopping. */
export async function demandFree(name: string, port: number): Promise<void> {
  const end = Date.now() + 5_000
  while (await isListening(port)) {
    if (Date.now() > end) {
      throw new Error(`Port ${port} (${name}) is taken by another program. Stop that, or change it in ports.json.`)
    }
    await sleep(100)
  }
}
