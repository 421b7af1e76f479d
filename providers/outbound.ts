import { lookup as dnsLookup, type LookupAddress } from 'node:dns'
import http from 'node:http'
import https from 'node:https'
import type { LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'

/** The reason for which our servers refuse an address that a practice chose. */
export type OutboundReason = 'not_https' | 'has_credentials' | 'odd_port' | 'not_public' | 'too_large' | 'no_answer'

/** Thrown when an address or its answer is refused. */
export class OutboundFailure extends Error {
  readonly reason: OutboundReason

  constructor(reason: OutboundReason) {
    super(`an address that somebody chose was not read: ${reason}`)
    this.name = 'OutboundFailure'
    this.reason = reason
  }
}

export type OutboundRequest = {
  method: string
  headers: Record<string, string>
  body?: string | undefined
  signal?: AbortSignal | undefined
}

/** Fetches addresses that a practice chose. All such requests must go through it. */
export type Outbound = {
  /** Returns the reason for which an address is refused by its text; null when only connecting can tell. */
  refuses(url: URL): OutboundReason | null
  /** Fetches without redirects. Throws OutboundFailure for a refused address or an answer beyond the limits. */
  fetch(url: string, request: OutboundRequest): Promise<Response>
}

type Lookup = (
  hostname: string,
  options: { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

export type OutboundOptions = {
  /** Hosts that the operator allows at any address, as `host` for all its ports or `host:port`. */
  allow?: readonly string[]
  mostBytes?: number
  timeoutMs?: number
  /** Looks up the addresses of a name. */
  lookup?: Lookup
}

/** The largest answer: far more than a discovery document, a set of keys or a token. */
const MOST_BYTES = 256 * 1024
const TIMEOUT_MS = 10_000

/** Suffixes of names in private networks; names without a dot are private too. */
const INNER_NAME =
  /\.(local|localhost|localdomain|internal|intranet|private|corp|home|lan|svc|arpa|consul|docker|onion|invalid)$/
/** Names that contain an address, such as 127.0.0.1.nip.io. */
const ADDRESS_IN_NAME = /(^|[.-])\d{1,3}([.-]\d{1,3}){3}([.-]|$)/
/** Global unicast: all of IPv6 that is routed on the internet. */
const PUBLIC_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3')
const WITHOUT_BODY = new Set([204, 205, 304])

/** Creates the guarded fetch. Without `allow` it reaches only public addresses, by https on the default port. */
export function createOutbound({
  allow = [],
  mostBytes = MOST_BYTES,
  timeoutMs = TIMEOUT_MS,
  lookup = dnsLookup,
}: OutboundOptions = {}): Outbound {
  const allowed = new Set(allow.map((one) => one.toLowerCase()))
  const isAllowed = ({ hostname, host }: URL): boolean => allowed.has(hostname) || allowed.has(host)

  const refuses = (url: URL): OutboundReason | null => {
    if (url.username !== '' || url.password !== '') return 'has_credentials'
    if (isAllowed(url)) {
      const isPlain = url.protocol === 'http:' && isLoopbackName(url.hostname)
      return url.protocol === 'https:' || isPlain ? null : 'not_https'
    }
    if (url.protocol !== 'https:') return 'not_https'
    if (url.port !== '') return 'odd_port'
    return isPublicName(url.hostname) ? null : 'not_public'
  }

  /** Looks a name up and refuses it unless all its addresses are public. Connecting uses the checked address. */
  const lookupPublic: LookupFunction = (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? []
      if (error || !first) return callback(error ?? new OutboundFailure('no_answer'), '', 0)
      if (!addresses.every(({ address }) => isPublicAddress(address))) {
        return callback(new OutboundFailure('not_public'), '', 0)
      }
      if (options.all) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }

  return {
    refuses,
    fetch: async (address, { method, headers, body, signal }) => {
      const url = new URL(address)
      const refused = refuses(url)
      if (refused) throw new OutboundFailure(refused)
      const limit = AbortSignal.timeout(timeoutMs)
      try {
        return await exchange(url, body, mostBytes, {
          method,
          // Without compression, so that the counted bytes are the kept bytes.
          headers: { ...headers, 'accept-encoding': 'identity' },
          signal: signal ? AbortSignal.any([limit, signal]) : limit,
          // A new connection, so that its address was looked up and checked by this call.
          agent: false,
          ...(!isAllowed(url) && { lookup: lookupPublic }),
        })
      } catch (error) {
        throw error instanceof OutboundFailure ? error : new OutboundFailure('no_answer')
      }
    },
  }
}

async function exchange(
  url: URL,
  body: string | undefined,
  mostBytes: number,
  options: https.RequestOptions,
): Promise<Response> {
  const request = (url.protocol === 'https:' ? https : http).request(url, options)
  const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
    request.once('response', resolve).once('error', reject).end(body)
  })
  try {
    const parts: Buffer[] = []
    let bytes = 0
    for await (const part of answer as AsyncIterable<Buffer>) {
      bytes += part.length
      if (bytes > mostBytes) throw new OutboundFailure('too_large')
      parts.push(part)
    }
    const status = answer.statusCode ?? 0
    const headers = new Headers()
    for (const [name, values] of Object.entries(answer.headersDistinct)) {
      for (const value of values ?? []) headers.append(name, value)
    }
    return new Response(WITHOUT_BODY.has(status) ? null : Buffer.concat(parts), { status, headers })
  } finally {
    // Errors were reported already, or come from this destroy.
    request.on('error', () => undefined).destroy()
  }
}

const isLoopbackName = (hostname: string): boolean =>
  hostname === '127.0.0.1' || hostname === '[::1]' || /(^|\.)localhost$/.test(hostname)

function isPublicName(hostname: string): boolean {
  const name = hostname.replace(/\.$/, '')
  if (ipaddr.isValid(name.replace(/^\[|\]$/g, ''))) return false
  return name.includes('.') && !INNER_NAME.test(name) && !ADDRESS_IN_NAME.test(name)
}

/** Returns true for an address on the internet: not in private networks, this machine, or reserved ranges. */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false
  const address = ipaddr.process(text)
  if (address.range() !== 'unicast') return false
  return address instanceof ipaddr.IPv4 || address.match(PUBLIC_IPV6)
}
