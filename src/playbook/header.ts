import { z } from 'zod'

/** What a playbook file says. `needs`: which nodes must answer; `consent`: whether it asks before acting. */
export const playbookSchema = z.strictObject({
  title: z.string().min(1),
  needs: z.enum(['both', 'survivor']),
  lock: z.boolean(),
  consent: z.boolean(),
  /** The parameters it takes from the command line, by name. */
  params: z.record(z.string(), z.enum(['boolean', 'string', 'node'])).default({}),
  /** Step ids; `_*.ts` are shared modules and cannot be named. */
  steps: z.array(z.string().regex(/^[a-z][a-z0-9-]*$/, 'a step id is lower-case words with hyphens')).min(1),
})

export type PlaybookHeader = Readonly<Omit<z.infer<typeof playbookSchema>, 'steps'>>
