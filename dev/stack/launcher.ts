import { findProcess, isSameProcess, type Process } from './processes.ts'

/**
 * Returns the `npm` that runs this process, or null without one. A killed npm leaves its script running, so the script
 * must notice by itself.
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

/** Calls `onGone` once when the launcher has ended for any reason. Never keeps the process alive. */
export function watchLauncher(launcher: Process, onGone: () => void): void {
  const timer = setInterval(() => {
    if (isSameProcess(launcher)) return
    clearInterval(timer)
    onGone()
  }, 500)
  timer.unref()
}
