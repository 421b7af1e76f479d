import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { credentials } from '../../sandbox/credentials.ts'
import { startSandbox } from '../../sandbox/server.ts'

/** Starts a sandbox with a clock that tests can move; `data` keeps its state in a file. */
export async function running(data?: string) {
  let aheadMs = 0
  const sandbox = await startSandbox({ ...(data && { data }), now: () => Date.now() + aheadMs })
  return {
    ...sandbox,
    wait: (ms: number) => {
      aheadMs += ms
    },
    /** Makes one control call; returns the answer's JSON. */
    async control<Answer = Record<string, unknown>>(method: string, path: string, body?: object): Promise<Answer> {
      const response = await fetch(`${sandbox.url}/control${path}`, { method, ...(body && json(body)) })
      const text = await response.text()
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
      return (text === '' ? {} : JSON.parse(text)) as Answer
    },
    /** Returns the messages whose recipient this is, as the control interface lists them. */
    async sentTo(to: string): Promise<Record<string, unknown>[]> {
      const response = await fetch(`${sandbox.url}/control/messages?to=${encodeURIComponent(to)}`)
      return ((await response.json()) as { messages: Record<string, unknown>[] }).messages
    },
  }
}

export type Running = Awaited<ReturnType<typeof running>>

/** Returns the parts of a request that carries JSON. */
export function json(body: unknown) {
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
}

/** Returns status, headers and JSON body of an answer. */
export async function read(response: Response | Promise<Response>) {
  const settled = await response
  const text = await settled.text()
  let body: Record<string, unknown> = {}
  if ((settled.headers.get('content-type') ?? '').includes('json')) body = JSON.parse(text) as Record<string, unknown>
  return { status: settled.status, headers: settled.headers, body, text }
}

/** Returns a valid mail, with changes. */
export function mail(changes: Record<string, unknown> = {}) {
  return {
    from: 'Marsh & Lowe <hello@mail.embark.example>',
    to: 'jo@harbour.example',
    subject: 'Your invitation',
    html: '<p>Hello <a href="http://127.0.0.1:4000/i/abc">start</a></p>',
    text: 'Hello http://127.0.0.1:4000/i/abc',
    ...changes,
  }
}

export function sendMail(url: string, body: unknown, headers: Record<string, string> = {}, path = '/emails') {
  return read(
    fetch(`${url}/resend${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: {
        authorization: `Bearer ${credentials.resend.apiKey}`,
        'content-type': 'application/json',
        ...headers,
      },
    }),
  )
}

export function sendText(url: string, fields: Record<string, string>, account: string = credentials.twilio.accountSid) {
  const secret =
    account === credentials.twilio.accountSid ? credentials.twilio.authToken : credentials.twilio.testAuthToken
  return read(
    fetch(`${url}/twilio/2010-04-01/Accounts/${account}/Messages.json`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { authorization: `Basic ${btoa(`${account}:${secret}`)}` },
    }),
  )
}

/** A webhook as received. */
export type Received = { path: string; headers: Record<string, string>; body: string }

/** Starts a receiver of webhooks; `answers` are its statuses in turn, the last one repeated. */
export async function receiver(answers: number[] = [200]) {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      received.push({
        path: request.url ?? '',
        headers: request.headers as Record<string, string>,
        body: Buffer.concat(chunks).toString('utf8'),
      })
      response.statusCode = answers[Math.min(received.length, answers.length) - 1] ?? 200
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

/** Repeats `look` until it returns a value, for at most 5 s. */
export async function eventually<Answer>(look: () => Answer | undefined | false | Promise<Answer | undefined | false>) {
  for (let tries = 0; tries < 100; tries++) {
    const seen = await look()
    if (seen) return seen
    await pause(50)
  }
  throw new Error('It did not happen within 5 s.')
}
