import sharp from 'sharp'
import { encodePicture, type Frame } from './encode.ts'

// The process that `drawPicture` starts for one picture. It ends after 3 seconds of processor time, so that a busy
// machine does not matter. It kills itself, because exiting would wait for the drawing.

const MOST_WORK_MS = 3_000
const LOOK_EVERY_MS = 100

const end = () => process.kill(process.pid, 'SIGKILL')

sharp.concurrency(1)
sharp.cache(false)

process.once('disconnect', end)
process.once('message', async ({ file, frame }: { file: Uint8Array; frame: Frame }) => {
  const before = process.cpuUsage()
  setInterval(() => {
    const { user, system } = process.cpuUsage(before)
    if (user + system > MOST_WORK_MS * 1000) end()
  }, LOOK_EVERY_MS)
  const drawn = await encodePicture(Buffer.from(file), frame)
  process.send?.(drawn, end)
})
// A failure means that the process which started this one is gone.
process.send?.('ready', (error: Error | null) => error && end())
