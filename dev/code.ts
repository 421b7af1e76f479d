import { demoCode } from './demo/factor.ts'
import { homeFolder, openHome } from './stack/home.ts'

// `npm run code`: prints the authenticator code that is valid now for the demo's support person on the embedded stack.

const { secrets } = await openHome(homeFolder())
console.log(demoCode(secrets.authSecrets))
