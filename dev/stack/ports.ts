import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** Whether something listens on this loopback port. */
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

/** A loopback port nobody listens on: the preferred one if it is free, else one the system picks. */
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

/** Fails when a loopback port of ours is taken by somebody else; a moment is given to what has just been stopped. */
export async function demandFree(name: string, port: number): Promise<void> {
  const end = Date.now() + 5_000
  while (await isListening(port)) {
    if (Date.now() > end) {
      throw new Error(`Port ${port} (${name}) is taken by another program. Stop that, or change it in ports.json.`)
    }
    await sleep(100)
  }
}
