const KEY = 'Idempotency-Key'

/** After this long the same request is meant as another act. */
const KEPT_MS = 10 * 60_000

/** A POST that is under way, or whose outcome nobody knows: its answer was lost, or the server failed. */
type Act = { key: string; address: string; body: string; since: number; isUnderWay: boolean }

let acts: Act[] = []

/**
 * Sends a POST under an Idempotency-Key, which is kept until the outcome is known: a person's retry goes out under the same
 * key, so that the server does it once. Changed details of a request that arrived are then refused instead of done as well.
 */
export async function sendOnce(request: Request): Promise<Response> {
  if (request.headers.has(KEY)) return fetch(request)
  const address = `${request.headers.get('Embark-Practice') ?? ''} ${new URL(request.url).pathname}`
  const act = actOf(address, await request.clone().text())
  request.headers.set(KEY, act.key)
  try {
    const response = await fetch(request)
    // Whatever is refused was not done: the next try is another request.
    if (response.status < 500) acts = acts.filter((one) => one !== act)
    return response
  } finally {
    act.isUnderWay = false
  }
}

/** Returns the act that this request repeats: the same one, else one to the same address that nobody answered, else a new one. */
function actOf(address: string, body: string): Act {
  const now = Date.now()
  acts = acts.filter((one) => one.isUnderWay || now - one.since < KEPT_MS)
  const here = acts.filter((one) => one.address === address)
  const repeated = here.find((one) => one.body === body) ?? here.find((one) => !one.isUnderWay)
  const act = repeated ?? { key: crypto.randomUUID(), address, body, since: now, isUnderWay: true }
  if (!repeated) acts.push(act)
  return Object.assign(act, { body, isUnderWay: true })
}
