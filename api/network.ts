import { ipKeyGenerator } from 'express-rate-limit'
import ipaddr from 'ipaddr.js'

/** Prefix that one household or office gets of IPv6; whoever has it can take a new address for every request. */
const IPV6_PREFIX = 64

/** Returns the network that a caller's address counts as in rate limits: an IPv4 address alone, of IPv6 its /64. */
export const networkOf = (address: string | null | undefined): string => ipKeyGenerator(address ?? '', IPV6_PREFIX)

/** Returns the address of whoever sends this request, as providers are told it: an IPv4 address is told as one. */
export function addressOf({ ip }: { ip?: string | undefined }): string | null {
  return ip !== undefined && ipaddr.isValid(ip) ? ipaddr.process(ip).toString() : null
}
