/** Chance that is the same in every run: what is drawn depends on the seed alone. */
export type Chance = {
  /** From 0 up to, not including, 1. */
  next(): number
  /** True in this part of the cases. */
  happens(part: number): boolean
  /** Evenly between two numbers. */
  between(from: number, to: number): number
  /** A whole number from 0 up to, not including, `below`. */
  whole(below: number): number
  /** One of them. */
  of<T>(choices: readonly T[]): T
  /** A waiting time of this mean: mostly short, now and then long. */
  wait(meanMs: number): number
  /** One of the keys, by their weights. */
  weighed<K extends string>(weights: Record<K, number>): K
}

/** Chance of one seed (mulberry32, well spread for neighbouring seeds). */
export function chanceOf(seed: number): Chance {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    happens: (part) => next() < part,
    between: (from, to) => from + next() * (to - from),
    whole: (below) => Math.floor(next() * below),
    of: (choices) => {
      const chosen = choices[Math.floor(next() * choices.length)]
      if (chosen === undefined) throw new Error('nothing to choose from')
      return chosen
    },
    wait: (meanMs) => -Math.log(1 - next()) * meanMs,
    weighed: (weights) => {
      const entries = Object.entries(weights) as [keyof typeof weights, number][]
      let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [key, weight] of entries) {
        left -= weight
        if (left < 0) return key
      }
      const [last] = entries.at(-1) ?? []
      if (last === undefined) throw new Error('nothing to choose from')
      return last
    },
  }
}
