// Registering, logging in, and the user of a token.
import { BadRequestException, Injectable, UnauthorizedException } from '@nestjs/common'
import { JwtService } from '@nestjs/jwt'
import { InjectModel } from '@nestjs/mongoose'
import bcrypt from 'bcrypt'
import { Model } from 'mongoose'
import { User, type UserDocument } from './schemas.js'

@Injectable()
export class AuthService {
  constructor (@InjectModel(User.name) private readonly users: Model<UserDocument>, private readonly jwt: JwtService) {}

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

  async findById (id: string): Promise<UserDocument | null> {
    return await this.users.findById(id)
  }

  private tokenOf (user: UserDocument): { token: string } {
    return { token: this.jwt.sign({ id: user.id as string, email: user.email }) }
  }
}
