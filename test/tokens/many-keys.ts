// A program: makes as many keys as it is told, of this algorithm.
import { generatePrivateJwk } from '../../src/tokens/key-material.js'

const [algorithm, count] = process.argv.slice(2) as ['EdDSA' | 'ES256', string]
for (let made = 0; made < Number(count); made += 1) generatePrivateJwk(algorithm)
