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

/** A column of a file: its head and the value of a line. */
export type Column<Line> = [head: string, value: (line: Line) => string | number | null]

/**
 * Returns a list as lines under the heads of its columns, page by page. A page may be short in the middle, if a client is
 * erased while it is read: the list ends with an empty one.
 */
export async function csvOfPages<Place, Row extends { place: Place }, Line>(
  columns: Column<Line>[],
  readPage: (after: Place | null) => Promise<Row[]>,
  lineOf: (row: Row) => Line,
): Promise<string[]> {
  const lines = [csvLines([columns.map(([head]) => head)])]
  for (let after: Place | null = null; ; ) {
    const page: Row[] = await readPage(after)
    const last = page.at(-1)
    if (!last) return lines
    lines.push(csvLines(page.map(lineOf).map((line) => columns.map(([, value]) => value(line)))))
    after = last.place
  }
}
