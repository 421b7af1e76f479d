import type { World } from './world.ts'

/** A webhook of one provider and that provider's rules of repeating it. */
export type Webhook = {
  url: string
  body: string
  /** Returns the headers of an attempt, which are signed anew each time. */
  headers(): Record<string, string>
  timeoutMs: number
  /** The pauses before the second, third … attempt. */
  retriesMs: readonly number[]
  isAccepted(status: number): boolean
}

/**
 * Sends a webhook, unless `takes` finds the fault that loses it. Resolves after the first attempt, so that the webhook
 * comes before the browser. One that is not accepted is repeated.
 */
export async function sendWebhook(
  world: World,
  webhook: Webhook,
  takes: (fault: 'webhook_lost' | 'webhook_twice') => boolean,
): Promise<void> {
  if (takes('webhook_lost')) return
  const times = takes('webhook_twice') ? 2 : 1
  for (let time = 0; time < times; time++) {
    await attempt(world, webhook, 0)
  }
}

async function attempt(world: World, webhook: Webhook, earlier: number): Promise<void> {
  const { url, body, headers, timeoutMs, retriesMs, isAccepted } = webhook
  const status = await fetch(url, {
    method: 'POST',
    headers: headers(),
    body,
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  }).then(
    (response) => response.status,
    () => 0,
  )
  const pauseMs = retriesMs[earlier]
  if (isAccepted(status) || pauseMs === undefined) return
  world.timers.later(pauseMs, () => attempt(world, webhook, earlier + 1))
}
