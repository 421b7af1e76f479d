import type { BankAccess } from '../../providers/bank/bank.ts'

/** Returns the access to a session or connection that has no secret of its own. */
export const withoutSecret = (externalId: string): BankAccess => ({ externalId, secret: null })
