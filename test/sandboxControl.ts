/** A message in the sandbox: one for each message sent; `requests` counts requests with the same key. */
export type SentMessage = {
  id: string
  channel: 'email' | 'sms'
  to: string
  from: string
  subject?: string
  html?: string
  text: string
  tags?: { name: string; value: string }[]
  idempotencyKey?: string
  providerId: string
  sentAt: string
  state: string
  requests: number
}

/** A fault of a provider; `match` is a substring of the affected requests. */
export type Fault = {
  provider: 'resend' | 'twilio' | 'truelayer' | 'xero' | 'sage'
  operation?: string
  kind: string
  times?: number
  match?: string
  retryAfterSeconds?: number
  delayMs?: number
}

/** Creates the control calls for the sandbox at `url`. A call throws when it is refused. */
export function sandboxControl(url: string) {
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${url}/control${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return text ? JSON.parse(text) : null
  }
  return {
    call,
    /** Returns the messages to an address or number, newest first. */
    messagesTo: async (to: string): Promise<SentMessage[]> =>
      (await call('GET', `/messages?to=${encodeURIComponent(to)}`)).messages,
    /** Switches a fault on; returns a function that switches it off. */
    fault: async (fault: Fault): Promise<() => Promise<void>> => {
      const { id } = await call('POST', '/faults', fault)
      return () => call('DELETE', `/faults/${id}`).catch(() => undefined)
    },
    /** Makes the provider report an event of a message now. */
    report: (providerId: string, event: string, reason?: string) =>
      call('POST', `/messages/${providerId}/report`, { event, ...(reason && { reason }) }),
  }
}
