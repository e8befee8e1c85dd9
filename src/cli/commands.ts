import type { Command } from 'commander'
import type { Cli } from './cli.ts'

type Register = (program: Command, cli: Cli) => void

/**
 * The commands, in the order of help. Each has a module of its own, loaded only when the command
 * line names it (or asks for the list); what a command needs beyond its options, it loads in turn.
 */
export const commands: Readonly<Record<string, () => Promise<Register>>> = {
  init: async () => (await import('./init.ts')).registerInit,
  validate: async () => (await import('./validate.ts')).registerValidate,
  render: async () => (await import('./render.ts')).registerRender,
  facts: async () => (await import('./facts.ts')).registerFacts,
  check: async () => (await import('./check.ts')).registerCheck,
  rehearse: async () => (await import('./rehearse.ts')).registerRehearse,
  plan: async () => (await import('./plan.ts')).registerPlan,
  deploy: async () => (await import('./deploy.ts')).registerDeploy,
  switchover: async () => (await import('./switchover.ts')).registerSwitchover,
  isolate: async () => (await import('./isolate.ts')).registerIsolate,
  maintain: async () => (await import('./maintain.ts')).registerMaintain,
  status: async () => (await import('./status.ts')).registerStatus,
  clients: async () => (await import('./clients.ts')).registerClients,
  verify: async () => (await import('./verify.ts')).registerVerify,
  'split-brain': async () => (await import('./split-brain.ts')).registerSplitBrain,
  logs: async () => (await import('./logs.ts')).registerLogs,
  bundle: async () => (await import('./bundle.ts')).registerBundle,
  exporter: async () => (await import('./exporter.ts')).registerExporter,
  availability: async () => (await import('./availability.ts')).registerAvailability,
  drill: async () => (await import('./drill.ts')).registerDrill,
  destroy: async () => (await import('./destroy.ts')).registerDestroy,
  journal: async () => (await import('./journal.ts')).registerJournal,
  unlock: async () => (await import('./unlock.ts')).registerUnlock,
  schema: async () => (await import('./schema.ts')).registerSchema,
  explain: async () => (await import('./explain.ts')).registerExplain,
  lab: async () => (await import('./lab.ts')).registerLab,
}

export async function loadCommand(name: string, program: Command, cli: Cli): Promise<void> {
  const load = commands[name]
  if (load !== undefined) (await load())(program, cli)
}
