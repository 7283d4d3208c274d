// SECURITY.md A: the life of accounts, played by chance against a model.
import type { AssertionError } from 'node:assert'
import fc from 'fast-check'
import { anyCommand, startLife } from '../life.js'
import { type Row, stores } from '../row.js'

export const model: Row = {
  section: 'A',
  name: 'model',
  title: 'two accounts live by chance: register, log in, refresh, replay, use a token, log out, change the password, delete, be disabled and enabled, ' +
    'time passes, the service restarts; 1000 lives of 40 commands in the mean, against a small model',
  asked: 'no divergence',
  stores,
  async run (scene) {
    const lives = scene.long ? 1000 : 20
    const life = await startLife(scene.environment)
    let commands = 0
    try {
      const property = fc.asyncProperty(fc.commands([anyCommand], { maxCommands: 80, size: 'max' }), async (played) => {
        await fc.asyncModelRun(() => life.begin(), played)
        commands += [...played].length
      })
      const { failed, counterexample, errorInstance, counterexamplePath } = await fc.check(property, { numRuns: lives, seed: scene.seed, endOnFailure: !scene.long })
      const { message = '', actual, expected } = (errorInstance ?? {}) as Partial<AssertionError>
      const told = failed ? `; diverged: ${String(counterexample?.[0])}: ${message.split('\n')[0] ?? ''}: ${String(actual)} where it is to be ${String(expected)} (path ${String(counterexamplePath)})` : '; no divergence'
      return { passed: !failed && commands > lives, figure: `${lives} lives, ${commands} commands${told}` }
    } finally {
      await life.close()
    }
  }
}
