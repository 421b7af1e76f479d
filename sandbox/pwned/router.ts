import { createHash } from 'node:crypto'
import { Router } from 'express'
import { type FailureShapes, gate } from '../gate.ts'
import { requestText } from '../requests.ts'
import type { World } from '../world.ts'

/** The stolen passwords of this list, with the number of times each was seen. */
const STOLEN: Record<string, number> = {
  password1234: 161_482,
  '123456789012': 1_270_112,
  qwertyuiop12: 24_018,
  'correct horse battery staple': 218,
}

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex').toUpperCase()
const stolen = Object.entries(STOLEN).map(([password, seen]) => ({ hash: sha1(password), seen }))

/** Plays api.pwnedpasswords.com: the range search. */
export function pwnedRouter(world: World): Router {
  const router = Router()
  router.use(gate(world, 'pwned', ['range'], SHAPES))
  router.get('/range/:prefix', (request, response) => {
    response.type('text/plain')
    if (!request.get('user-agent')) return void response.status(403).send('Missing user agent.')
    const fault = world.faults.take('pwned', ['range'], ['html', 'redirect'], requestText(request))
    if (fault?.kind === 'html') return void response.type('text/html').send('<!doctype html><title>Sign in</title>')
    if (fault?.kind === 'redirect') return void response.redirect(302, 'https://captive.example/')
    const prefix = request.params.prefix.toUpperCase()
    if (!/^[0-9A-F]{5}$/.test(prefix))
      return void response.status(400).send('The hash prefix was not in a valid format')
    const found = stolen.filter(({ hash }) => hash.startsWith(prefix)).map(({ hash, seen }) => [hash.slice(5), seen])
    const others = Array.from({ length: 500 }, (_, n) => [sha1(`${prefix} ${n}`).slice(5), (n % 90) + 1])
    const padded = request.get('add-padding') === 'true'
    const padding = padded ? Array.from({ length: 400 }, (_, n) => [sha1(`padding ${prefix} ${n}`).slice(5), 0]) : []
    const lines = [...found, ...others, ...padding].map(([suffix, seen]) => `${suffix}:${seen}`).sort()
    response.send(lines.join('\r\n'))
  })
  router.use((_request, response) => void response.status(404).type('text/plain').send('Not found.'))
  return router
}

const SHAPES: FailureShapes = {
  serverError: (response) => void response.status(500).type('text/plain').send('An unexpected error has occurred.'),
  rateLimited: (response, retryAfterSeconds) =>
    void response
      .status(429)
      .type('text/plain')
      .send(`Rate limit is exceeded. Try again in ${retryAfterSeconds} seconds.`),
}
