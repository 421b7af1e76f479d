import { randomInt } from 'node:crypto'
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

/** Returns true if a program can listen on this loopback port. */
function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

/**
 * Returns a free loopback port: the preferred one if possible, else one by chance between 20,000 and 32,000. Systems
 * give outgoing connections ports above that, so none of them takes the port before its program listens.
 */
export async function freePort(preferred?: number): Promise<number> {
  let port = preferred ?? randomInt(20_000, 32_000)
  while (!(await canListen(port))) port = randomInt(20_000, 32_000)
  return port
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
