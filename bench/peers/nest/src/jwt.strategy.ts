// Who is asking, by the Bearer token.
import { Injectable, UnauthorizedException } from '@nestjs/common'
import { PassportStrategy } from '@nestjs/passport'
import { ExtractJwt, Strategy } from 'passport-jwt'
import { AuthService } from './auth.service.js'
import type { User } from './schemas.js'
import { secret } from './variant.js'

@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  constructor (private readonly auth: AuthService) {
    super({ jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(), secretOrKey: secret })
  }

  async validate (payload: { id: string }): Promise<User> {
    const user = await this.auth.findById(payload.id)
    if (!user) throw new UnauthorizedException()
    return user
  }
}
