import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ALLOWED } from '../../domain/decide/allowed.ts'
import { STATUSES } from '../../domain/situation.ts'

const table = () => {
  const verbs = [...new Set(STATUSES.flatMap((status) => ALLOWED[status]))]
  const rows = verbs.map((verb) => {
    const cells = STATUSES.map((status) => (ALLOWED[status].includes(verb) ? '✓' : ' '))
    return `| \`${verb}\` | ${cells.join(' | ')} |`
  })
  return [`| | ${STATUSES.join(' | ')} |`, `|---|${STATUSES.map(() => '---').join('|')}|`, ...rows].join('\n')
}

/** Returns the cells of a table, independent of its alignment. */
const cellsOf = (text: string) =>
  text.split('\n').map((row) => row.split('|').map((cell) => cell.trim().replace(/^-+$/, '-')))

test('the table of what each status allows in the architecture is the one in force', () => {
  const text = readFileSync(new URL('../../docs/architecture.md', import.meta.url), 'utf8')
  const written = text.split('<!-- allowed -->\n')[1]?.split('\n<!-- /allowed -->')[0]
  expect(cellsOf(written ?? '')).toEqual(cellsOf(table()))
})
