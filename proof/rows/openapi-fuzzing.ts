// SECURITY.md D: what the OpenAPI document promises, asked of the running service.
import { fuzzAll, testers } from '../fuzzing.js'
import { type Row, stores } from '../row.js'

export const openapiFuzzing: Row = {
  section: 'D',
  name: 'openapi-fuzzing',
  title: 'Schemathesis, all checks and phases, as nobody, client, manager and admin (the short form: a few tries as admin); what it is told ' +
    'not to expect stands with its reason in proof/schemathesis.toml',
  asked: '0 failures',
  stores,
  async run (scene) {
    const found = await fuzzAll(scene, scene.long ? 50 : 2, scene.long ? testers : ['admin'])
    for (const { printed } of found.filter(({ passed }) => !passed)) console.error(printed)
    return { passed: found.every(({ passed }) => passed), figure: found.map(({ figure }) => figure).join('; ') }
  }
}
