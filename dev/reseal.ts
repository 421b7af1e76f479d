import { keyRing } from '../commands/configuration.ts'
import { resealAll, resealed } from './resealing.ts'
import { homeFolder, openHome } from './stack/home.ts'
import { runOnDatabase } from './stack/ownerUrl.ts'

// `npm run reseal`: seals everything again under the first key of SEAL_KEYS, and prints which old keys may be removed.
// Uses the database of DATABASE_URL (its owner's), else the running embedded stack.

async function sealKeys() {
  const { DATABASE_URL, SEAL_KEYS } = process.env
  if (SEAL_KEYS) return keyRing.parse(SEAL_KEYS)
  if (DATABASE_URL) throw new Error('With DATABASE_URL, SEAL_KEYS of that installation is needed too.')
  return keyRing.parse((await openHome(homeFolder())).secrets.sealKeys)
}

await runOnDatabase('reseal', async (sql) => {
  const ring = await sealKeys()
  const { isDone, text } = resealed(ring, await resealAll(sql, ring, console.log))
  if (!isDone) throw new Error(text)
  return text
})
