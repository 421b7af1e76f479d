import Provider from 'oidc-provider'
import { freePort } from '../dev/stack/ports.ts'

/** Starts a real OpenID server that knows one client, `embark`; its pages accept any password. */
export async function startOidcProvider(publicUrl: string) {
  const port = await freePort()
  const issuer = `http://127.0.0.1:${port}`
  /** The provider's claims about each person, by the name they type. */
  const accounts: Record<string, { email: string; email_verified?: boolean }> = {}
  const provider = new Provider(issuer, {
    clients: [
      { client_id: 'embark', client_secret: 'idp secret', redirect_uris: [`${publicUrl}/api/auth/sign-on/return`] },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, ...accounts[id] }) }),
    cookies: { keys: ['a key of this test'] },
    pkce: { required: () => true },
  })
  /** Further fields of its description, and the number of times it was read. */
  const described: { more: Record<string, string>; reads: number } = { more: {}, reads: 0 }
  provider.use(async (context, next) => {
    await next()
    if (!context.path.endsWith('/.well-known/openid-configuration')) return
    described.reads += 1
    context.body = { ...(context.body as object), ...described.more }
  })
  const server = provider.listen(port, '127.0.0.1')
  return {
    issuer,
    accounts,
    described,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
