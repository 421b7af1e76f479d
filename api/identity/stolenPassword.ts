import { validationProblem } from '../problem.ts'
import { STOLEN } from './guard.ts'

/** Returns the problem of a password in the list of stolen ones. */
export const stolenPassword = () => validationProblem([{ field: 'password', code: 'stolen', message: STOLEN }])
