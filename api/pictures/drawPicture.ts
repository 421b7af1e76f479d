import { type ChildProcess, fork } from 'node:child_process'
import type { Encoded, Frame } from './encode.ts'

export type Drawn = Encoded | { ok: false; code: 'too_slow' | 'busy' }

/** The longest wait for a picture, in ms. Drawing ends after 3 seconds of work; most take a tenth of that. */
const DRAW_MS = 20_000
/** The time in ms that the process may take to start on a busy machine. */
const START_MS = 60_000
/** The most pictures drawn at once by this process; each may block one core. */
const MOST_DRAWN_AT_ONCE = 2
const DRAWING = new URL('./drawing.ts', import.meta.url)

/** Practices whose picture is being drawn or queued. */
const owners = new Set<string>()
const waiting: (() => void)[] = []
let atOnce = 0

/**
 * Draws an uploaded file in a separate process, which is killed after 3 seconds of work: the drawing library cannot be
 * stopped in any other way. One picture at a time for each owner; another one meanwhile is `busy`. Used for all
 * uploads.
 */
export async function drawPicture(owner: string, file: Buffer, frame: Frame): Promise<Drawn> {
  if (owners.has(owner)) return { ok: false, code: 'busy' }
  owners.add(owner)
  try {
    await takeTurn()
    try {
      return await drawApart(file, frame)
    } finally {
      endTurn()
    }
  } finally {
    owners.delete(owner)
  }
}

async function takeTurn(): Promise<void> {
  if (atOnce >= MOST_DRAWN_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
  else atOnce += 1
}

function endTurn(): void {
  const next = waiting.shift()
  if (next) next()
  else atOnce -= 1
}

async function drawApart(file: Buffer, frame: Frame): Promise<Drawn> {
  // Without our environment, which holds keys, and without our flags: Node strips the types by itself.
  const child = fork(DRAWING, {
    execArgv: [],
    env: {},
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  try {
    if ((await heard(child, START_MS)) !== 'ready') throw new Error('the process that draws pictures did not start')
    child.send({ file, frame })
    const drawn = (await heard(child, DRAW_MS)) as Encoded | null
    if (drawn === null) return { ok: false, code: 'too_slow' }
    return drawn.ok ? { ok: true, png: Buffer.from(drawn.png) } : drawn
  } finally {
    child.kill('SIGKILL')
  }
}

/** Waits for the next message; returns null on a timeout or when the process dies. */
function heard(child: ChildProcess, patienceMs: number): Promise<unknown> {
  return new Promise((resolve) => {
    const end = (message: unknown) => {
      clearTimeout(late)
      child.removeAllListeners()
      resolve(message)
    }
    const late = setTimeout(end, patienceMs, null)
    child.once('message', end)
    child.once('exit', () => end(null))
    child.once('error', () => end(null))
  })
}
