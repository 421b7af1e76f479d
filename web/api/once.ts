const KEY = 'Idempotency-Key'

/** An act whose outcome stays unknown is forgotten after this time; the same request then counts as a new act. */
const ACT_KEPT_MS = 10 * 60_000

/** A POST that is under way, or whose outcome is unknown because its answer was lost or the server failed. */
type Act = { key: string; address: string; body: string; since: number; isUnderWay: boolean }

let acts: Act[] = []

/**
 * Sends a POST with an Idempotency-Key and keeps the key until the outcome is known. A retry by the person repeats the
 * key, so that the server acts once; if the first request arrived and the retry carries other details, the server
 * refuses it.
 */
export async function sendOnce(request: Request): Promise<Response> {
  if (request.headers.has(KEY)) return fetch(request)
  const address = `${request.headers.get('Embark-Practice') ?? ''} ${new URL(request.url).pathname}`
  const act = actOf(address, await request.clone().text())
  request.headers.set(KEY, act.key)
  try {
    const response = await fetch(request)
    // A refused request was not carried out, so the next try gets a new key.
    if (response.status < 500) acts = acts.filter((one) => one !== act)
    return response
  } finally {
    act.isUnderWay = false
  }
}

/**
 * Returns the act that this request repeats: same address and body, else same address and unanswered; else a new act.
 */
function actOf(address: string, body: string): Act {
  const now = Date.now()
  acts = acts.filter((one) => one.isUnderWay || now - one.since < ACT_KEPT_MS)
  const here = acts.filter((one) => one.address === address)
  const repeated = here.find((one) => one.body === body) ?? here.find((one) => !one.isUnderWay)
  const act = repeated ?? { key: crypto.randomUUID(), address, body, since: now, isUnderWay: true }
  if (!repeated) acts.push(act)
  return Object.assign(act, { body, isUnderWay: true })
}
