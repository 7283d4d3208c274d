// Counts log-ins by how they ended.
import { Counter, type Registry } from 'prom-client'
import type { Accounts } from '../accounts.js'
import { isServiceError } from '../errors.js'

/** The refusals that are told apart; whatever else goes wrong is `error`. */
const refusals = ['invalid_credentials', 'account_disabled', 'email_not_verified', 'too_many_attempts', 'busy'] as const

export function createLogInCounter (registry: Registry): (accounts: Accounts) => Accounts {
  const help = 'Log-ins by outcome, of every API that is served'
  const logIns = new Counter({ name: 'gatehouse_log_ins_total', help, labelNames: ['outcome'], registers: [registry] })
  for (const outcome of ['success', ...refusals, 'error']) logIns.labels(outcome).inc(0)

  return (accounts) => ({
    ...accounts,
    async logIn (claim, device) {
      try {
        const credentials = await accounts.logIn(claim, device)
        logIns.labels('success').inc()
        return credentials
      } catch (error) {
        logIns.labels(refusals.find((name) => isServiceError(error, name)) ?? 'error').inc()
        throw error
      }
    }
  })
}
