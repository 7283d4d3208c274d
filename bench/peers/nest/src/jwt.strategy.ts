// Who is asking, by the Bearer token.
import { Injectable, UnauthorizedException } from '@nestjs/common'
import { PassportStrategy } from '@nestjs/passport'
import { ExtractJwt, Strategy } from 'passport-jwt'
import { AuthService } from './auth.service.js'
import { type UserDocument } from './schemas.js'

@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  constructor (private readonly auth: AuthService) {
    super({ jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(), secretOrKey: String(process.env.JWT_SECRET) })
  }

  async validate (payload: { id: string }): Promise<UserDocument> {
    const user = await this.auth.findById(payload.id)
    if (!user) throw new UnauthorizedException()
    return user
  }
}
