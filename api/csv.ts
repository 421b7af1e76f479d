import { stringify } from 'csv-stringify/sync'

/** The byte order mark by which a spreadsheet recognises UTF-8. */
const BOM = '\ufeff'

/** Returns rows as lines of comma-separated values. Escapes cells that a spreadsheet would run as formulas. */
export const csvLines = (rows: unknown[][]): string =>
  stringify(rows, { escape_formulas: true, record_delimiter: 'windows' })

/** Returns lines as body and headers of an answer that browsers save as a file. */
export const csvFile = (name: string, ...lines: string[]) => ({
  body: BOM + lines.join(''),
  headers: { 'Content-Disposition': `attachment; filename="${name}"` },
})
