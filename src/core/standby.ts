import { quote } from './quote.ts'

/**
 * How long a request to hand the group over (hb_standby) may go unheard before it is made again, in seconds:
 * heartbeat refuses one, in its log only, within 10 s of the last move and while the other side is in flux
 * (heartbeat/hb_resource.c); and a busy heartbeat may take the first of a message's three pieces for the whole
 * (msg2string: Message with zero fields; 3.0.6, seen on the lab).
 */
export const askAgainSeconds = 8

/**
 * A shell function `stand_by`: asks heartbeat to be rid of the group, but not while it says `transition`, or nothing.
 * A request that only the other node then takes for good (Other side is in flux, hb_resource.c) makes that one wait
 * for an hour, deaf to every later one (3.0.6, seen on the lab). `share`: where heartbeat keeps hb_standby.
 */
export function standByFunction(share: string): string {
  return `stand_by() {
  case $(timeout 10 cl_status rscstatus 2>/dev/null) in '' | transition) return ;; esac
  ${quote(`${share}/hb_standby`)} all >/dev/null 2>&1
}`
}
