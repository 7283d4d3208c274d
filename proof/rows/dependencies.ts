// SECURITY.md C: what the service leans on gives way.
import type { Row } from '../row.js'
import { diesUnderLoad } from './database-dies.js'
import { downAtStart } from './database-start.js'
import { mail } from './mail.js'
import { mailKilled } from './mail-killed.js'
import { network } from './network.js'
import { rotation } from './rotation.js'
import { secrets } from './secrets.js'
import { soak } from './soak.js'

export const dependencies: readonly Row[] = [downAtStart, diesUnderLoad, network, mail, mailKilled, secrets, rotation, soak]
