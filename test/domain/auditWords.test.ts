import { expect, test } from 'vitest'
import { practiceChange } from '../../api/staff/practice/change.ts'
import { auditDetail } from '../../domain/practice/auditWords.ts'

/** The names in the log of fields that the API takes as one. */
const KEPT: Record<string, string[]> = { steps: ['defaultBank', 'defaultBooks', 'defaultMapping'] }

test.each(Object.keys(practiceChange.shape))('the audit log says a change of `%s` in words', (field) => {
  // A name in code that has two parts is no word.
  for (const kept of KEPT[field] ?? [field]) expect(auditDetail({ fields: [kept] })).not.toMatch(/[a-z][A-Z]/)
})
