// Registering, logging in, and the user of a token.
import { BadRequestException, Injectable, UnauthorizedException } from '@nestjs/common'
import { JwtService } from '@nestjs/jwt'
import { InjectModel } from '@nestjs/mongoose'
import type { Model } from 'mongoose'
import type { User } from './schemas.js'
import { bcrypt, isTuned } from './variant.js'

@Injectable()
export class AuthService {
  constructor (@InjectModel('User') private readonly users: Model<User>, private readonly jwt: JwtService) {}

  async register (email: string, password: string): Promise<{ token: string }> {
    if (await this.users.findOne({ email })) throw new BadRequestException('The user already exists')
    const user = await this.users.create({ email, password: await bcrypt.hash(password, 10) })
    return this.tokenOf(user)
  }

  async logIn (email: string, password: string): Promise<{ token: string }> {
    const user = await this.users.findOne({ email })
    if (!user || !await bcrypt.compare(password, user.password)) throw new UnauthorizedException()
    return this.tokenOf(user)
  }

  async findById (id: string): Promise<User | null> {
    return isTuned ? await this.users.findById(id, { password: 0 }).lean<User>() : await this.users.findById(id)
  }

  private tokenOf (user: User): { token: string } {
    return { token: this.jwt.sign({ id: String(user._id), email: user.email }) }
  }
}
