/**
 * How long a request to hand the group over (hb_standby) may go unheard before it is made again, in seconds:
 * heartbeat refuses one, in its log only, within 10 s of the last move and while the other side is in flux
 * (heartbeat/hb_resource.c); and a busy heartbeat may take the first of a message's three pieces for the whole
 * (msg2string: Message with zero fields; 3.0.6, seen on the lab).
 */
export const askAgainSeconds = 8
