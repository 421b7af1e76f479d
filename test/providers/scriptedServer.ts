import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Asked = { method: string; url: string; headers: IncomingMessage['headers']; body: string }
export type Scripted =
  | { status?: number; headers?: Record<string, string>; json?: unknown; text?: string }
  | 'hang' // reads the request and never answers
  | 'reset' // reads the request and breaks the connection

/** Starts a server that answers as scripted and records requests, for answers no faithful provider gives. */
export async function scriptedServer(answer: (asked: Asked, index: number) => Scripted) {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const one = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body }
    asked.push(one)
    const scripted = answer(one, asked.length - 1)
    if (scripted === 'hang') return
    if (scripted === 'reset') return request.socket.resetAndDestroy()
    const { status = 200, headers = {}, json, text } = scripted
    response.writeHead(status, json === undefined ? headers : { 'content-type': 'application/json', ...headers })
    response.end(json === undefined ? text : JSON.stringify(json))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** Returns an address without a listener. */
export async function deadAddress(): Promise<string> {
  const server = await scriptedServer(() => 'hang')
  await server.close()
  return server.url
}
