import type { Concern, NodeStatus } from './status.ts'

/** What is wrong with an NFS server that runs, though it answers: on the node that serves, or where no node does so wholly. */
export function nfsConcerns({ name, nfs }: NodeStatus, active: string | undefined): readonly Concern[] {
  if (active !== undefined && name !== active) return []
  const missing = (nfs.exports?.missing ?? []).map(path => ({
    host: name,
    text: `${path} is not exported`,
    next: 'nfsha deploy',
  }))
  return nfs.clientsRecorded === false ? [...missing, { host: name, ...notRecorded }] : missing
}

const notRecorded: Concern = {
  text: 'nfsd does not record its clients through nfsdcld: their locks may be lost when the group moves',
  next: '`nfsha deploy` in a quiet moment starts nfsd anew; what is lost by that: `nfsha explain clients-not-recorded`',
}
