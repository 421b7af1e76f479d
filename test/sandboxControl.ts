/** A message as the sandbox holds it: one per message really sent; `requests` counts requests with the same key. */
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

/** A misbehaviour of a provider; `match` is a substring of the requests it meets. */
export type Fault = {
  provider: 'resend' | 'twilio' | 'truelayer' | 'xero'
  operation?: string
  kind: string
  times?: number
  match?: string
  retryAfterSeconds?: number
  delayMs?: number
}

/** What tests ask of the sandbox at `url`. Every call throws when it is refused. */
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
    /** What was sent to an address or number, newest first. */
    messagesTo: async (to: string): Promise<SentMessage[]> =>
      (await call('GET', `/messages?to=${encodeURIComponent(to)}`)).messages,
    /** Switches a fault on; answers how to switch it off. */
    fault: async (fault: Fault): Promise<() => Promise<void>> => {
      const { id } = await call('POST', '/faults', fault)
      return () => call('DELETE', `/faults/${id}`).catch(() => undefined)
    },
    /** Lets the provider report something about a message now. */
    report: (providerId: string, event: string, reason?: string) =>
      call('POST', `/messages/${providerId}/report`, { event, ...(reason && { reason }) }),
  }
}
