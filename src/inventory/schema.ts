import { z } from 'zod'
import { platformIds } from '../platforms/registry.ts'
import * as scalar from './scalars.ts'
import { fencing } from './schema-fencing.ts'
import * as hosts from './schema-hosts.ts'
import { lab } from './schema-lab.ts'
import { monitor } from './schema-monitor.ts'
import { nfs } from './schema-nfs.ts'
import * as services from './schema-services.ts'
import { ssh } from './schema-ssh.ts'
import * as storage from './schema-storage.ts'

/**
 * What an inventory may say: one cluster of two nodes. The only place of defaults, each with its
 * reason in its description; the published JSON Schema is generated from this.
 */
export const inventorySchema = z.strictObject({
  cluster: scalar
    .word(
      /^[A-Za-z0-9]([A-Za-z0-9-]{0,38}[A-Za-z0-9])?$/,
      'a name for a cluster',
      'use letters, digits and "-", at most 40',
    )
    .describe(
      'Name of the cluster, in headers of generated files, in haresources and in the NFS server scope.',
    ),
  platform: z
    .enum(platformIds)
    .prefault('debian-12')
    .describe('What the nodes run. Default debian-12: the one that the lab proves.'),
  ssh,
  nodes: hosts.nodes,
  preferred: scalar.hostName
    .optional()
    .describe('The node that serves when both are well and neither serves yet. Default: the first of nodes.'),
  links: hosts.links,
  vips: hosts.vips,
  volumes: storage.volumes,
  exports: storage.exports,
  clients: hosts.clients,
  group: z
    .enum(['lean', 'standard'])
    .prefault('lean')
    .describe(
      'The resource group. Default lean: one script with a promotion guard, seconds faster at a takeover. standard: the chain of stock agents, without the guard.',
    ),
  heartbeat: services.heartbeat,
  drbd: storage.drbd,
  fencing,
  nfs,
  monitor,
  routes: services.routes,
  hosts: services.hosts,
  time: services.time,
  packages: z
    .array(scalar.packageName)
    .prefault([])
    .describe('More packages on both nodes. None by default; what the cluster needs is installed anyway.'),
  secrets: services.secrets,
  accept: z
    .array(
      z.strictObject({
        lint: z.string().describe('Id of a lint rule, as `nfsha validate` prints it.'),
        reason: z.string().trim().min(1).describe('Why it is all right here. For the next reader.'),
      }),
    )
    .prefault([])
    .describe('Lint findings that are known and accepted. `nfsha explain ID` tells what each means.'),
  lab,
})

/** What the user wrote, checked, with every default filled in and times and sizes in their units. */
export type Inventory = z.infer<typeof inventorySchema>
