import { once } from 'node:events'
import { withSignIn } from '../../../commands/connections/ledgers/signIns.ts'
import { openDatabase } from '../../../db/client.ts'
import { openProviders } from '../../../providers/configured.ts'
import { createSealer } from '../../../providers/seal.ts'
import { readConfig } from '../../../worker/config.ts'

// A process that reads the books of one sign-in as soon as its standard input says anything. It prints `ready` first, then
// the names of the organisations and the access token's last characters.

const [practiceId = '', signInId = '', provider = ''] = process.argv.slice(2)
const config = readConfig(process.env)
const db = openDatabase(config.databaseUrl, 1)
const providers = { ...openProviders(config), sealer: createSealer(config.sealKeys) }
// Opens the connection to the database, so that all of them begin at once.
await db.inPractice(practiceId, (tx) => tx`SELECT`)
console.log('ready')
await once(process.stdin, 'data')
const read = await withSignIn(db, providers, practiceId, { signInId, provider }, async (tokens, ledger) => ({
  names: (await ledger.organisations(tokens)).map(({ name }) => name),
  token: tokens.accessToken.slice(-12),
}))
console.log(JSON.stringify(read))
await db.close()
process.exit()
