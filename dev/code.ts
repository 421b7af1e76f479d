import { demoCode } from './demo/factor.ts'
import { homeFolder, openHome } from './stack/home.ts'

// `npm run code`: the code that an authenticator app would show now for the demo's support person, of the embedded stack.

const { secrets } = await openHome(homeFolder())
console.log(demoCode(secrets.authSecrets))
