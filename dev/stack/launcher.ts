import { findProcess, isSameProcess, type Process } from './processes.ts'

/**
 * The `npm` that runs this process, or null when it was not run by npm. A killed npm leaves its script running, so
 * the script has to notice by itself.
 */
export function findLauncher(): Process | null {
  if (!process.env.npm_lifecycle_event) return null
  let found = findProcess(process.ppid)
  for (let steps = 0; found && steps < 4; steps += 1) {
    if (/\bnpm\b/.test(found.argv)) return found
    found = findProcess(found.parent)
  }
  return null
}

/** Calls `onGone` once when the launcher has ended, however it ended. Never keeps the process alive. */
export function watchLauncher(launcher: Process, onGone: () => void): void {
  const timer = setInterval(() => {
    if (isSameProcess(launcher)) return
    clearInterval(timer)
    onGone()
  }, 500)
  timer.unref()
}
