// npm run authority: writes docs/AUTHORITY.md from what the compiled service answers.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { askAll, authorityPage } from '../proof/authority.js'
import { inScene } from '../proof/scene.js'

const found = await inScene({ store: 'sqlite', long: false, seed: 1, mongodbUrl: undefined }, askAll)
writeFileSync(fileURLToPath(new URL('../docs/AUTHORITY.md', import.meta.url)), authorityPage(found))
