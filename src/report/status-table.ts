import { harmfulGapMs } from '../core/clock-gap.ts'
import { syncText } from '../core/sync-text.ts'
import type { NodeStatus, VolumeStatus } from '../status/status.ts'
import { durationText } from './duration.ts'
import type { Paint } from './paint.ts'

type Cells = readonly string[]
type Row = (title: string, cell: (node: NodeStatus) => string) => Cells

/** The nodes side by side: one column a node, one row a subject. What a node did not say is a question mark. */
export function nodeTable(
  nodes: readonly NodeStatus[],
  active: string | undefined,
  paint: Paint,
): readonly Cells[] {
  const row: Row = (title, cell) => [
    paint('faint', title),
    ...nodes.map(node => (node.answered ? cell(node) : paint('faint', '?'))),
  ]
  const [first] = nodes
  const isReached = nodes.every(({ answered, detour }) => answered && detour === undefined)
  return [
    ['', ...nodes.map(({ name }) => paint('title', name === active ? `${name} (active)` : name))],
    ...(isReached ? [] : [[paint('faint', 'answers'), ...nodes.map(node => answerCell(node, paint))]]),
    row('heartbeat', node => heartbeatCell(node, paint)),
    row('media', node => mediaCell(node, paint)),
    row('links', node => linksCell(node, paint)),
    ...(first?.volumes ?? []).flatMap((volume, i) => {
      const isMeasured = nodes.some(({ volumes }) => volumes[i]?.devices !== undefined)
      return volumeRows(volume.name, i, row, isMeasured, paint)
    }),
    row('nfs', node => nfsCell(node, paint)),
    row('exports', node => exportsCell(node, paint)),
    ...(first?.vips ?? []).map(({ address }, i) =>
      row(`vip ${address}`, ({ vips }) => {
        const nic = vips[i]?.nic
        return nic === undefined ? paint('faint', 'no') : paint('good', nic)
      }),
    ),
    row('own room', node => roomCell(node, paint)),
    row('clock', node => clockCell(node, paint)),
    ...(nodes.some(({ monitor }) => monitor !== undefined)
      ? [row('monitor', node => monitorCell(node, paint))]
      : []),
    ...(nodes.some(({ held }) => held !== undefined) ? [row('hold', ({ held }) => held ?? 'no')] : []),
  ]
}

function answerCell({ answered, detour }: NodeStatus, paint: Paint): string {
  if (!answered) return paint('bad', 'no')
  return detour === undefined ? paint('good', 'yes') : paint('warn', `through ${detour.through}`)
}

function heartbeatCell({ heartbeat }: NodeStatus, paint: Paint): string {
  const state = paint(heartbeat.state === 'running' ? 'good' : 'bad', heartbeat.state)
  const peer = heartbeat.peer === undefined ? '' : `, sees the other ${heartbeat.peer}`
  return `${state}${peer}`
}

function mediaCell({ heartbeat }: NodeStatus, paint: Paint): string {
  const links = heartbeat.links.map(({ to, medium, up }) => {
    const name = to === medium ? `ping ${to}` : medium
    return up ? name : paint('bad', `${name} DOWN`)
  })
  if (heartbeat.isSilent) return paint('faint', 'unknown')
  return links.length === 0 ? paint('faint', 'none seen') : links.join(', ')
}

function linksCell({ links }: NodeStatus, paint: Paint): string {
  return links
    .map(({ name, state }) => {
      if (state === 'up') return name
      return state === 'unknown'
        ? paint('faint', `${name} ?`)
        : paint('bad', `${name} ${state.toUpperCase()}`)
    })
    .join(', ')
}

function volumeRows(name: string, i: number, row: Row, isMeasured: boolean, paint: Paint): readonly Cells[] {
  const on = (cell: (volume: VolumeStatus) => string) => (node: NodeStatus) => {
    const volume = node.volumes[i]
    return volume === undefined ? '' : cell(volume)
  }
  return [
    row(
      `drbd ${name}`,
      on(({ role, connection }) => `${role}, ${wordFor(connection, 'Connected', paint)}`),
    ),
    row(
      `disk ${name}`,
      on(volume => diskCell(volume, paint)),
    ),
    ...(isMeasured
      ? [
          row(
            `writes ${name}`,
            on(volume => writesCell(volume, paint)),
          ),
        ]
      : []),
    row(
      `mount ${name}`,
      on(volume => mountCell(volume, paint)),
    ),
  ]
}

function mountCell({ mounted, health }: VolumeStatus, paint: Paint): string {
  if (mounted === undefined) return 'unknown'
  if (!mounted) return paint('faint', 'no')
  if (health === undefined) return paint('good', 'yes')
  const { size, available, inodes, inodesFree } = health
  const room = `${percent(1 - available / size)} of ${sizeText(size / 1024)} taken`
  return [
    paint('good', 'yes'),
    ...(size > 0 ? [room] : []),
    ...(inodes > 0 ? [`inodes ${percent(1 - inodesFree / inodes)}`] : []),
  ].join(', ')
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

function roomCell({ room }: NodeStatus, paint: Paint): string {
  if (room === undefined) return paint('faint', 'unknown')
  return room
    .map(({ path, taken, inodesTaken }) => `${path} ${percent(Math.max(taken, inodesTaken))}`)
    .join(', ')
}

function clockCell({ clock }: NodeStatus, paint: Paint): string {
  if (clock?.isSynchronised === undefined) return paint('faint', 'unknown')
  const state = clock.isSynchronised ? paint('good', 'synchronised') : paint('warn', 'not synchronised')
  const { aheadMs = 0 } = clock
  // Both nodes are not read at one instant: less says nothing.
  return aheadMs >= harmfulGapMs ? `${state}, ${paint('bad', `${durationText(aheadMs)} ahead`)}` : state
}

function diskCell({ disk, sync, outOfSyncKib = 0, suspended }: VolumeStatus, paint: Paint): string {
  return [
    wordFor(disk, 'UpToDate', paint),
    ...(sync === undefined ? [] : [syncText(sync)]),
    ...(outOfSyncKib === 0 ? [] : [paint('warn', `${sizeText(outOfSyncKib)} out of sync`)]),
    ...(suspended ? [paint('bad', 'writes held back')] : []),
  ].join(', ')
}

/** What a write took on each device. */
function writesCell({ devices = [] }: VolumeStatus, paint: Paint): string {
  const cells = devices.map(({ device, writeMs, slow }) => {
    const took = writeMs === undefined ? 'none' : `${writeMs} ms`
    return slow === undefined ? `${device} ${took}` : paint('bad', `${device} ${took} SLOW`)
  })
  return cells.length === 0 ? paint('faint', 'unknown') : cells.join(', ')
}

function sizeText(kib: number): string {
  if (kib < 1024) return `${Math.round(kib)} KiB`
  return kib < 1024 * 1024 ? `${(kib / 1024).toFixed(1)} MiB` : `${(kib / 1024 / 1024).toFixed(1)} GiB`
}

function nfsCell({ nfs }: NodeStatus, paint: Paint): string {
  if (nfs.state !== 'serving') return paint('faint', nfs.state)
  const users = nfs.clients?.length
  return [
    paint('good', `${nfs.threads ?? '?'} threads`),
    ...(users === undefined ? [] : [users === 1 ? '1 client' : `${users} clients`]),
    ...(nfs.inGrace ? [paint('warn', 'in grace')] : []),
    ...(nfs.clientsRecorded === false ? [paint('bad', 'clients not recorded')] : []),
  ].join(', ')
}

function exportsCell({ nfs }: NodeStatus, paint: Paint): string {
  const { exports } = nfs
  if (exports === undefined) return paint('faint', nfs.state === 'serving' ? 'unknown' : 'none')
  const { served, missing } = exports
  const counts = `${served.length} of ${served.length + missing.length}`
  return missing.length === 0 ? counts : paint('bad', counts)
}

function monitorCell({ monitor }: NodeStatus, paint: Paint): string {
  if (monitor?.state === 'silent')
    return paint('bad', `silent for ${Math.round((monitor.agoMs ?? 0) / 1000)} s`)
  if (monitor?.state !== 'running')
    return paint(monitor?.state === 'stopped' ? 'bad' : 'faint', monitor?.state ?? 'none')
  const { role, health = 'unknown', failing } = monitor
  if (role === 'held' || health === 'idle') return paint('faint', role === 'held' ? 'held' : 'watching')
  // Nothing is wrong: the group has just come there.
  if (health === 'starting') return paint('faint', health)
  const found = failing.length === 0 ? '' : `: ${failing.join(', ')}`
  return `${wordFor(health, 'well', paint)}${found}`
}

function wordFor(word: string, good: string, paint: Paint): string {
  return paint(word === good ? 'good' : 'warn', word)
}
