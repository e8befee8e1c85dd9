import { NfshaError } from '../core/error.ts'
import { quote } from '../core/quote.ts'
import type { HostAddress, Transport } from '../core/transport.ts'
import { decodeUtf8 } from '../executor/frames.ts'
import { openSession, type Session } from '../executor/session.ts'

/** What a link waits for beyond a script's own time: a node in trouble answers slowly. */
const patienceMs = 30_000

/** A host that scripts are run on, one at a time; connects again where the host went down meanwhile. */
export interface Link {
  readonly host: string
  /**
   * Runs a POSIX sh script as root; its standard output. Errors: `failed` with its last words when it
   * ends with another code than 0, `unreachable` when the host does not answer.
   */
  ask(script: string, timeoutMs: number): Promise<string>
  /** The same; undefined where the host does not answer or the script fails. */
  tryAsk(script: string, timeoutMs: number): Promise<string | undefined>
  /** The session, for what is no script; a new one when the last one broke. */
  session(): Promise<Session>
  close(): Promise<void>
}

/** A link that connects when it is first used. `session`: one that is open already. */
export function linkTo(
  transport: Transport,
  address: HostAddress,
  signal: AbortSignal,
  session?: Session,
): Link {
  let open: Promise<Session> | undefined = session === undefined ? undefined : Promise.resolve(session)
  let last: Promise<unknown> = Promise.resolve()

  const connected = (): Promise<Session> => {
    open ??= openSession(transport, address, signal)
    return open
  }
  const drop = async () => {
    const gone = open
    open = undefined
    await gone?.then(
      each => each.close(),
      () => undefined,
    )
  }
  const askNow = async (script: string, timeoutMs: number): Promise<string> => {
    try {
      return await run(await connected(), script, timeoutMs)
    } catch (error) {
      if (!(error instanceof NfshaError && error.code === 'failed')) await drop()
      throw error
    }
  }
  // A session takes one request at a time.
  const ask = (script: string, timeoutMs: number): Promise<string> => {
    const answer = last.then(() => askNow(script, timeoutMs))
    last = answer.catch(() => undefined)
    return answer
  }
  return {
    host: address.name,
    ask,
    tryAsk: (script, timeoutMs) => ask(script, timeoutMs).catch(() => undefined),
    session: connected,
    close: drop,
  }
}

async function run(session: Session, script: string, timeoutMs: number): Promise<string> {
  const found = { exit: '1', said: '' }
  // The lock of the run, where this session has it, ends when it is not heard of for long.
  const program = `[ ! -e "/proc/$$/fd/8" ] || nfsha_leash off
nfsha_said=$(timeout -k 5 ${Math.ceil(timeoutMs / 1000)} sh -c ${quote(script)} 2>&1 </dev/null 3<&- 8>&-)
nfsha_code=$?
[ ! -e "/proc/$$/fd/8" ] || nfsha_leash on
nfsha_text said "$nfsha_said"
nfsha_frame exit "$nfsha_code"`
  await session.request(program, {
    silenceMs: timeoutMs + patienceMs,
    onFrame: ({ kind, fields, payload }) => {
      if (kind === 'exit') found.exit = fields[0] ?? '1'
      if (kind === 'said') found.said = decodeUtf8(payload)
    },
  })
  if (found.exit === '0') return found.said
  const words = found.said.trim().split('\n').slice(-3).join('; ')
  throw new NfshaError(
    'failed',
    `${session.host}: ${found.exit === '124' ? `no end within ${timeoutMs / 1000} s` : words || `exit code ${found.exit}`}`,
    `see what ${session.host} is busy with; nfsha status says how the pair is`,
  )
}
