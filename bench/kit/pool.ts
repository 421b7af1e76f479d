import { setTimeout as sleep } from 'node:timers/promises'

/** Runs `work` for 0 … count-1, at most `atOnce` at a time. Rejects with the first failure, once all have stopped. */
export async function inParallel(count: number, atOnce: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  let failed = false
  const lane = async () => {
    while (next < count && !failed) {
      const index = next
      next += 1
      await work(index).catch((error) => {
        failed = true
        throw error
      })
    }
  }
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(count, atOnce) }, lane))
  const bad = lanes.find((one) => one.status === 'rejected')
  if (bad) throw bad.reason
}

/** Runs `work` `count` times, `perSecond` of them starting each second however long they take. */
export async function atRate(perSecond: number, count: number, work: () => Promise<void>): Promise<void> {
  const begun = performance.now()
  await inParallel(count, count, async (index) => {
    await sleep(Math.max(0, begun + (index * 1000) / perSecond - performance.now()))
    await work()
  })
}

/** Returns the elapsed time of one call, in ms. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}
