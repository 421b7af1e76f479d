import type { Engine } from '../commands/engine.ts'

const fail = (): never => {
  throw new Error('the engine is away')
}
const away = async (): Promise<never> => fail()

/** A Temporal server that does not answer. */
export const awayEngine: Engine = {
  start: away,
  signal: away,
  wake: away,
  check: away,
  identify: away,
  inspect: away,
  listRuns: fail,
  terminate: away,
  close: async () => {},
}
