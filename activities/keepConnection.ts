import { keepConnection as keep } from '../commands/connections/keepConnection.ts'
import type { ConnectionMove, Living } from '../domain/connections/connectionLife.ts'
import type { Dependencies } from './dependencies.ts'

/** Makes the due move of a bank connection or a sign-in and returns the next one. */
export const keepConnection =
  (dependencies: Dependencies) =>
  (living: Living): Promise<ConnectionMove | null> =>
    keep(dependencies.commands, dependencies, living)
