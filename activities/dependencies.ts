import type { Sending } from '../messages/sending.ts'
import type { BankConnector } from '../providers/bank/bank.ts'
import type { LedgerConnector } from '../providers/ledger/ledger.ts'
import type { Sealer } from '../providers/seal.ts'

/** The parts that activities need, created once per worker. */
export type Dependencies = Sending & { sealer: Sealer; bank: BankConnector; ledger: LedgerConnector }
