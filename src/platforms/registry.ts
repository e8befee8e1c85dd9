import type { Platform } from '../core/platform.ts'
import { debian12 } from './debian-12.ts'

export const platforms = { 'debian-12': debian12 } as const satisfies Readonly<Record<string, Platform>>

/** What `platform:` of an inventory may say. */
export type PlatformId = keyof typeof platforms

export const platformIds = Object.keys(platforms) as PlatformId[]
