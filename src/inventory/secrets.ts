import { deviceSecretName } from './build-fencing.ts'
import type { DataPath } from './problem.ts'
import type { Inventory } from './schema.ts'
import { isReference } from './schema-fencing.ts'

/** A secret that an inventory names: by what name, where, and where its value is. */
export interface SecretUse {
  /** `authkey`, `ssh.passphrase`, `nodes.m1.ssh.password`. */
  readonly name: string
  readonly path: DataPath
  readonly reference: SecretReference
}

export type SecretReference =
  | { readonly kind: 'env'; readonly variable: string }
  | { readonly kind: 'file'; readonly file: string; readonly key: string | undefined }
  | { readonly kind: 'command'; readonly command: string }

/** A reference in its parts; the schema has checked its form. */
export function parseReference(text: string): SecretReference {
  const [kind, rest] = [text.slice(0, text.indexOf(':')), text.slice(text.indexOf(':') + 1)]
  if (kind === 'env') return { kind, variable: rest }
  if (kind === 'command') return { kind, command: rest }
  const [file = '', key] = rest.split('#')
  return { kind: 'file', file, key }
}

/** Every reference of an inventory. */
export function secretUses(inventory: Inventory): readonly SecretUse[] {
  const { secrets } = inventory
  const cluster: readonly SecretUse[] =
    typeof secrets === 'string'
      ? ['salt', 'authkey', 'drbd'].map(key => use(key, ['secrets'], `${secrets}#${key}`))
      : Object.entries(secrets).flatMap(([key, text]) =>
          text === undefined ? [] : [use(key, ['secrets', key], text)],
        )
  const targets: readonly (readonly [DataPath, object | undefined])[] = [
    [['ssh'], inventory.ssh],
    ...Object.entries(inventory.nodes).map(([name, { ssh }]) => [['nodes', name, 'ssh'], ssh] as const),
    ...Object.entries(inventory.clients).map(([name, { ssh }]) => [['clients', name, 'ssh'], ssh] as const),
  ]
  const ssh = targets.flatMap(([path, target]) =>
    Object.entries(target ?? {})
      .filter(([key]) => ['become-password', 'passphrase', 'password'].includes(key))
      .map(([key, text]) => use([...path, key].join('.'), [...path, key], String(text))),
  )
  return [...cluster, ...ssh, ...deviceUses(inventory), ...notifyUses(inventory)]
}

/** The URL of the monitor's webhook, which is a key. */
function notifyUses({ monitor }: Inventory): readonly SecretUse[] {
  const path = ['monitor', 'notify', 'webhook'] as const
  const { webhook } = monitor.notify
  return webhook === undefined ? [] : [use(path.join('.'), path, webhook)]
}

/** References among the parameters of STONITH devices. */
function deviceUses({ fencing }: Inventory): readonly SecretUse[] {
  return Object.entries(fencing.devices).flatMap(([node, devices]) =>
    devices.flatMap(({ params }, index) =>
      Object.entries(params)
        .filter(([, text]) => isReference(text))
        .map(([name, text]) =>
          use(deviceSecretName(node, index, name), ['fencing', 'devices', node, index, 'params', name], text),
        ),
    ),
  )
}

function use(name: string, path: DataPath, text: string): SecretUse {
  return { name, path, reference: parseReference(text) }
}
