/** Lines around what is ours in a file that an administrator also edits. */
export function blockMarkers(clusterName: string): { begin: string; end: string } {
  return { begin: `# BEGIN nfsha ${clusterName}`, end: `# END nfsha ${clusterName}` }
}

/** What stands in the first lines of each file of a cluster (templates/_parts/header.hbs). */
export function fileMark(clusterName: string): string {
  return `Managed by nfsha: cluster ${clusterName}, template `
}
