import type { RenderTemplate } from '../core/step.ts'
import { templateLoader } from './load.ts'
import { createRender } from './render.ts'

/**
 * Renders the shipped templates from their text. The build puts a module in place of this one
 * (scripts/bundle.mjs) that has them compiled: that takes longer than all that a plan does with them.
 */
export async function loadRender(): Promise<RenderTemplate> {
  return createRender(templateLoader())
}
