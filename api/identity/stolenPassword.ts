import { validationProblem } from '../problem.ts'
import { STOLEN } from './guard.ts'

/** The chosen password is in the list of stolen ones. */
export const stolenPassword = () => validationProblem([{ field: 'password', code: 'stolen', message: STOLEN }])
