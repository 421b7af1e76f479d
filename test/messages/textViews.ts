import type { TextView } from '../../messages/templates/texts.ts'

const expiresAt = Date.parse('2026-03-10T14:02:00Z')
const zone = 'Europe/London'
export const link = 'https://embark.example/j/q7Zr2mKx9LwPf4TbVn8cYd'
export const longest = {
  practice: 'P'.repeat(70),
  organisation: 'O'.repeat(70),
  link: `${link}${'x'.repeat(52 - link.length)}`,
}
export const dated = { expiresAt, zone }

/** Each text with the length ui gives for it with every variable at its longest. */
export const longestViews: [TextView, number][] = [
  [{ ...longest, ...dated, text: 'invitation' }, 159],
  [{ ...longest, ...dated, text: 'join' }, 147],
  [{ ...longest, ...dated, text: 'reminder' }, 150],
  [{ ...longest, ...dated, text: 'last-reminder' }, 149],
  [{ ...longest, text: 'after-accepting', step: 'bank', ledger: null }, 134],
  [{ ...longest, text: 'after-accepting', step: 'books', ledger: null }, 138],
  [{ ...longest, text: 'after-accepting', step: 'books', ledger: 'QuickBooks' }, 132],
  [{ ...longest, ...dated, text: 'new-link' }, 158],
  [{ ...longest, ...dated, text: 'renewal', bankName: 'B'.repeat(70) }, 159],
  [{ ...longest, text: 'access-ended', bankName: 'B'.repeat(70) }, 150],
  [{ ...longest, text: 'confirmed-for-you', bankName: 'B'.repeat(70) }, 158],
  [{ ...longest, text: 'another-bank' }, 132],
  [{ ...longest, text: 'all-banks' }, 149],
  [{ ...longest, text: 'bank-back', bankName: 'B'.repeat(70) }, 143],
]
