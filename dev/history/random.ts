/** Random values that are the same in every run: they depend on the seed alone. */
export type Chance = {
  /** Returns a number from 0 up to, not including, 1. */
  next(): number
  /** Returns true with this probability. */
  happens(part: number): boolean
  /** Returns a number evenly distributed between two others. */
  between(from: number, to: number): number
  /** Returns a whole number from 0 up to, not including, `below`. */
  whole(below: number): number
  /** Returns one of the choices. */
  of<T>(choices: readonly T[]): T
  /** Returns a waiting time with this mean: mostly short, sometimes long. */
  wait(meanMs: number): number
  /** Returns one of the keys, by their weights. */
  weighed<K extends string>(weights: Record<K, number>): K
}

/** Creates the generator of one seed (mulberry32, well distributed for neighbouring seeds). */
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
