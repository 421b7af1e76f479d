import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'

// The library hashes a password with 32 MB of memory and a tenth of a second. Tests set and compare thousands, and none
// is about that cost: here it is a thousandth.
const { scrypt } = crypto
crypto.scrypt = ((password, salt, length, options, done) =>
  scrypt(password, salt, length, { ...options, N: 16 }, done)) as typeof scrypt
syncBuiltinESMExports()
