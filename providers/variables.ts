import { z } from 'zod'

/** An environment variable that must not be empty. */
export const text = z.string().min(1)

/** An address of the web, without slashes at its end. */
export const webAddress = z.url({ protocol: /^https?$/ }).transform((one) => one.replace(/\/+$/, ''))

/** The most organisations that a ledger lets an app connect. */
export const mostConnections = z.coerce.number().int().min(1).optional()
