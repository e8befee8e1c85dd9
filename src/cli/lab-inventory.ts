import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { newSecretsText } from '../inventory/init-text.ts'
import { type LoadedInventory, type LoadIo, loadInventory } from '../inventory/load.ts'
import { lab as labSchema } from '../inventory/schema-lab.ts'
import { type LabSpec, labSpec } from '../lab/spec.ts'

/** The lab that an inventory means. */
export interface InventoryLab {
  readonly spec: LabSpec
  /** Absolute. */
  readonly directory: string
  /** Absolute path of the inventory's shared secrets file, if it has one. */
  readonly secretsFile: string | undefined
}

/** Loads the inventory without its secrets, which the lab itself may have to make first. */
export async function loadLab(source: string, io: LoadIo): Promise<InventoryLab> {
  return labOf(await loadInventory(source, io, { offline: true }))
}

/** The lab of an inventory that is loaded already. */
export function labOf({ cluster, inventory, directory }: LoadedInventory): InventoryLab {
  const settings = inventory.lab ?? labSchema.unwrap().parse({})
  const { secrets } = inventory
  return {
    spec: labSpec(cluster, settings),
    directory: resolve(directory, settings.directory),
    secretsFile:
      typeof secrets === 'string' && secrets.startsWith('file:')
        ? resolve(directory, secrets.slice('file:'.length))
        : undefined,
  }
}

/**
 * Makes the secrets file of an inventory that keeps it in its lab's directory, once; a file anywhere
 * else is the user's. Answers the path of what it made.
 */
export async function ensureLabSecrets({
  spec,
  directory,
  secretsFile,
}: InventoryLab): Promise<string | undefined> {
  if (secretsFile === undefined || existsSync(secretsFile)) return undefined
  if (relative(directory, secretsFile).startsWith('..')) return undefined
  await writeFile(secretsFile, newSecretsText(spec.name, randomBytes), { flag: 'wx', mode: 0o600 })
  return secretsFile
}
