import { stringify } from 'csv-stringify/sync'

/** By it a spreadsheet knows UTF-8. */
const BOM = '\ufeff'

/** Returns rows as lines of comma-separated values. What somebody typed is no formula of a spreadsheet. */
export const csvLines = (rows: unknown[][]): string =>
  stringify(rows, { escape_formulas: true, record_delimiter: 'windows' })

/** Returns lines as the body and headers of an answer that is saved as a file. */
export const csvFile = (name: string, ...lines: string[]) => ({
  body: BOM + lines.join(''),
  headers: { 'Content-Disposition': `attachment; filename="${name}"` },
})
