/** The sandbox's configuration, read from its environment. */
export type SandboxConfig = { host: string; port: number; data: string }

/**
 * Reads SANDBOX_PORT (0–65535, default 4010; 0 = any free port) and SANDBOX_DATA (a database file or `:memory:`,
 * the default), and HOST (default 127.0.0.1, for containers). Throws one Error that names every problem.
 */
export function readConfig(environment: Record<string, string | undefined>): SandboxConfig {
  const problems: string[] = []
  const portText = environment.SANDBOX_PORT ?? '4010'
  const port = Number(portText)
  if (!/^\d{1,5}$/.test(portText) || port > 65_535) problems.push('SANDBOX_PORT must be a number from 0 to 65535')
  const data = environment.SANDBOX_DATA ?? ':memory:'
  if (data.trim() === '') problems.push('SANDBOX_DATA must be a file name or :memory:')
  if (problems.length > 0) throw new Error(problems.join('; '))
  return { host: environment.HOST || '127.0.0.1', port, data }
}
