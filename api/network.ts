import { ipKeyGenerator } from 'express-rate-limit'
import ipaddr from 'ipaddr.js'

/** The IPv6 prefix length of one household or office, which can take a new address for every request. */
const IPV6_PREFIX = 64

/** Returns the network that counts in rate limits: the IPv4 address itself, or the /64 of an IPv6 address. */
export const networkOf = (address: string | null | undefined): string => ipKeyGenerator(address ?? '', IPV6_PREFIX)

/** Returns the caller's address for providers; an IPv4 address mapped to IPv6 is returned as IPv4. */
export function addressOf({ ip }: { ip?: string | undefined }): string | null {
  return ip !== undefined && ipaddr.isValid(ip) ? ipaddr.process(ip).toString() : null
}
