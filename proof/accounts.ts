// Accounts that only an operator can make.
import { type Client, type Member, password } from '../test/helpers/client.js'
import type { Scene } from './scene.js'

export const administrator = { email: 'admin@example.com', password }

/** Makes the administrator and logs in. */
export async function adminOf (scene: Scene, client: Client): Promise<Member> {
  await scene.operate(['user', 'create', '--email', administrator.email, '--role', 'admin', '--password-stdin'], `${password}\n`)
  return await client.login(administrator)
}
