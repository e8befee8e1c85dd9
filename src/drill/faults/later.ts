import { quote } from '../../core/quote.ts'
import type { Scene } from '../fault.ts'

/**
 * POSIX sh that undoes a fault by itself, should its controller be gone by then: long after it should
 * have been healed, in a session of its own. A drill that ended removed its directory, and this then
 * does nothing: a later drill's fault is not to be undone by it.
 */
export function undoLater(
  { lastsMs, directory }: Pick<Scene, 'lastsMs' | 'directory'>,
  undo: string,
): string {
  const seconds = Math.ceil(lastsMs / 1000) * 3 + 120
  return `(exec >/dev/null 2>&1 </dev/null; setsid sh -c ${quote(`sleep ${seconds}; [ ! -d ${directory} ] || { ${undo}; }`)} &)`
}
