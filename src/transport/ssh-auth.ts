import type { AuthenticationType, AuthHandlerMiddleware, NextAuthHandler } from 'ssh2'
import type { SshTarget } from '../core/cluster.ts'
import { reveal } from '../core/secret.ts'
import { agentOf, type Identity, identitiesFor, openKeyFile } from './ssh-keys.ts'
import type { SshOptions, SshSettings } from './ssh-settings.ts'

/** The ways to authenticate, one after the other, and a record of what became of them. */
export interface Authentication {
  readonly handler: AuthHandlerMiddleware
  /** What was tried and what could not be, for the message when nothing worked. */
  tried(): readonly string[]
}

type Attempt = (next: NextAuthHandler) => Promise<void> | void

/**
 * Authenticates without a wasted round trip: no `none` first, an encrypted file is opened (and its
 * passphrase asked for) only when its turn comes, and what the server does not offer is passed over.
 */
export async function authentication(
  settings: SshSettings,
  target: Pick<SshTarget, 'passphrase' | 'password'>,
  options: SshOptions,
): Promise<Authentication> {
  const tried: string[] = []
  const { user: username, agentSocket } = settings
  const password = target.password

  const attemptIdentity = (identity: Identity, pass: () => void): Attempt => {
    if (identity.kind === 'agent')
      return next => {
        tried.push(identity.name)
        if (agentSocket === undefined) pass()
        else next({ type: 'agent', username, agent: agentOf(agentSocket, identity.keys) })
      }
    return async next => {
      const opened = await openKeyFile(identity.file, target.passphrase, options.askPassphrase)
      if ('problem' in opened) {
        tried.push(opened.problem)
        return pass()
      }
      tried.push(identity.name)
      next({ type: 'publickey', username, key: opened.key })
    }
  }

  const passwordAttempts = (): readonly [AuthenticationType, Attempt][] => {
    if (password === undefined) return []
    const tell: Attempt = next => {
      tried.push('the password')
      next({ type: 'password', username, password: reveal(password) })
    }
    const answer: Attempt = next => {
      tried.push('the password, asked for by the server')
      next({
        type: 'keyboard-interactive',
        username,
        prompt: (_name, _instructions, _lang, prompts, finish) => finish(prompts.map(() => reveal(password))),
      })
    }
    return [
      ['password', tell],
      ['keyboard-interactive', answer],
    ]
  }

  const identities = await identitiesFor(settings)
  let resume = (): void => undefined
  const queue: [AuthenticationType, Attempt][] = [
    ...identities.map((identity): [AuthenticationType, Attempt] => [
      'publickey',
      attemptIdentity(identity, () => resume()),
    ]),
    ...passwordAttempts(),
  ]

  const handler: AuthHandlerMiddleware = (offered, _partial, next) => {
    const turn = (): void => {
      const attempt = queue.shift()
      if (attempt === undefined) next(false as never)
      else if (offered !== null && !offered.includes(attempt[0])) turn()
      else void attempt[1](next)
    }
    resume = turn
    turn()
  }
  return { handler, tried: () => tried }
}
