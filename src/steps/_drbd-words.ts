/** DRBD's words for the state of a connection (drbd 8.4, drbd_strings.c), sorted by what they mean here. */

const withoutPeer: ReadonlySet<string> = new Set([
  'StandAlone',
  'Disconnecting',
  'Unconnected',
  'Timeout',
  'BrokenPipe',
  'NetworkFailure',
  'ProtocolError',
  'TearDown',
  'WFConnection',
  'WFReportParams',
])

/** Whether the peer is there: connected, or busy with a resync or verify. */
export function isConnected(connection: string): boolean {
  return !withoutPeer.has(connection)
}

/** Whether a resync runs, is about to, or waits for its turn. */
export function isSyncing(connection: string): boolean {
  return /^(StartingSync|WFBitMap|WFSyncUUID|Sync|PausedSync)/.test(connection)
}
