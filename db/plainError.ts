/**
 * Returns an error for logs: its kind and stack. A database's message may quote a value, so only its code and names are
 * kept.
 */
export function plainError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: 'something that is no error was thrown' }
  const cause = error.cause ? { cause: plainError(error.cause) } : {}
  if (error.name === 'PostgresError') {
    const { code, constraint_name, table_name, routine } = error as Error & Record<string, unknown>
    return { name: error.name, code, constraint_name, table_name, routine, stack: framesOf(error) }
  }
  const code = 'code' in error ? { code: error.code } : {}
  // A SyntaxError quotes the text that could not be parsed.
  if (error instanceof SyntaxError) return { name: error.name, ...code, stack: framesOf(error), ...cause }
  return { name: error.name, message: error.message, ...code, stack: error.stack, ...cause }
}

const framesOf = (error: Error): string =>
  (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n')
