/** The command as root: itself, or through sudo without a prompt when this process is not root. */
export function asRoot(argv: readonly string[]): readonly string[] {
  return process.geteuid?.() === 0 ? argv : ['sudo', '-n', '--', ...argv]
}
