import type { BankConnector } from '../../../providers/bank/bank.ts'

const names = ['Lloyds Bank', 'Barclays', 'HSBC UK', 'NatWest', 'Santander', 'Starling Bank', 'Monzo', 'Tide']

/** A connector that returns its banks at once, and does nothing else. */
export const someBank = {
  name: 'some-bank',
  label: 'TrueLayer',
  legalName: 'TrueLayer Limited',
  registrationNumber: '901096',
  can: { revoke: true, duringSetup: false },
  accessDays: 90,
  browserOrigins: [],
  banks: async () => names.map((name) => ({ id: name, name })),
} as unknown as BankConnector
