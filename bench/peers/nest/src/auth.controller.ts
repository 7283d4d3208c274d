// POST /register, POST /login, GET /profile.
import { Body, Controller, Get, HttpCode, Post, Req, UseGuards } from '@nestjs/common'
import { AuthGuard } from '@nestjs/passport'
import { AuthService } from './auth.service.js'
import type { User } from './schemas.js'

class Credentials {
  email: string
  password: string
}

@Controller()
export class AuthController {
  constructor (private readonly auth: AuthService) {}

  @Post('register')
  async register (@Body() { email, password }: Credentials): Promise<{ token: string }> {
    return await this.auth.register(email, password)
  }

  @Post('login')
  @HttpCode(200)
  async logIn (@Body() { email, password }: Credentials): Promise<{ token: string }> {
    return await this.auth.logIn(email, password)
  }

  @Get('profile')
  @UseGuards(AuthGuard('jwt'))
  profile (@Req() { user }: { user: User }): object {
    return { id: user._id, email: user.email, role: user.role }
  }
}
