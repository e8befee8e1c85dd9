import { createRequire } from 'node:module'
import type Ipaddr from 'ipaddr.js'

/**
 * The package ipaddr.js. Required, not imported: of a CommonJS file that is imported, Node 20 first looks
 * for the names of all exports, and in this file that takes many times as long as running it.
 */
export const ipaddr = createRequire(import.meta.url)('ipaddr.js') as typeof Ipaddr
