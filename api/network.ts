import { ipKeyGenerator } from 'express-rate-limit'

/** Prefix that one household or office gets of IPv6; whoever has it can take a new address for every request. */
const IPV6_PREFIX = 64

/** Returns the network that a caller's address counts as in rate limits: an IPv4 address alone, of IPv6 its /64. */
export const networkOf = (address: string | null | undefined): string => ipKeyGenerator(address ?? '', IPV6_PREFIX)
