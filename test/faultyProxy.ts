import { connect, createServer, type Socket } from 'node:net'

/** The message that prepares COMMIT under a name: its letter, its length, the name, the statement. */
const PREPARED_COMMIT = /P[\s\S]{4}([^\0]*)\0COMMIT\0/

/** A connection to PostgreSQL that can be cut, or that loses the answer to one COMMIT. */
export type FaultyProxy = Awaited<ReturnType<typeof startFaultyProxy>>

/** Starts a TCP proxy in front of the database of `databaseUrl`, on a free port of this machine. */
export async function startFaultyProxy(databaseUrl: string) {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  let loses: { what: 'commit' | 'answer to commit'; marked: string } | null = null
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    const cut = () => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', cut)
      socket.on('close', () => {
        sockets.delete(socket)
        cut()
      })
    }
    let isMarked = false
    let isCommitting = false
    /** The driver prepares COMMIT once for each connection and then uses the name. */
    let commit = 'COMMIT'
    client.on('data', (sent) => {
      const text = sent.toString('latin1')
      if (loses !== null && text.includes(loses.marked)) isMarked = true
      commit = PREPARED_COMMIT.exec(text)?.[1] || commit
      if (loses !== null && isMarked && text.includes(`${commit}\0`)) {
        const { what } = loses
        loses = null
        if (what === 'commit') return cut()
        isCommitting = true
      }
      upstream.write(sent)
    })
    upstream.on('data', (answered) => {
      // The command tag of the answer: the transaction has committed.
      if (isCommitting && answered.toString('latin1').includes('COMMIT\0')) return cut()
      client.write(answered)
    })
  })
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  }
  await listen(0)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
  return {
    /** Returns the address of the same database, role and password through the proxy. */
    through: (url: string): string => {
      const via = new URL(url)
      via.host = `127.0.0.1:${address.port}`
      return via.href
    },
    /** Cuts every connection and refuses new ones, until `restore`. */
    cut: close,
    restore: () => (server.listening ? Promise.resolve() : listen(address.port)),
    /** Cuts the next connection that sent `marked` at its COMMIT: before the server gets it, or after the commit. */
    loseNext: (what: 'commit' | 'answer to commit', marked: string) => {
      loses = { what, marked }
    },
    /** Returns true once that COMMIT was lost. */
    hasLost: () => loses === null,
    stop: async () => {
      if (server.listening) await close()
    },
  }
}
