import { NfshaError } from '../core/error.ts'

/** The end of a run that was asked to stop. */
export function stoppedAsAsked(): NfshaError {
  return new NfshaError(
    'interrupted',
    'stopped as asked, after the running step',
    'run the same command again: it goes on from here',
  )
}
