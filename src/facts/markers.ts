/** Lines around what is ours in a file that an administrator also edits. */
export function blockMarkers(clusterName: string): { begin: string; end: string } {
  return { begin: `# BEGIN nfsha ${clusterName}`, end: `# END nfsha ${clusterName}` }
}
