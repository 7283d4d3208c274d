// What the peer is made of.
import { Module } from '@nestjs/common'
import { JwtModule } from '@nestjs/jwt'
import { MongooseModule } from '@nestjs/mongoose'
import { PassportModule } from '@nestjs/passport'
import { AuthController } from './auth.controller.js'
import { AuthService } from './auth.service.js'
import { JwtStrategy } from './jwt.strategy.js'
import { PersonsController } from './persons.controller.js'
import { Person, PersonSchema, User, UserSchema } from './schemas.js'

@Module({
  imports: [
    MongooseModule.forRoot(String(process.env.MONGODB_URL)),
    MongooseModule.forFeature([{ name: User.name, schema: UserSchema }, { name: Person.name, schema: PersonSchema }]),
    PassportModule.register({ defaultStrategy: 'jwt', session: false }),
    JwtModule.register({ secret: String(process.env.JWT_SECRET), signOptions: { expiresIn: 86400 } })
  ],
  controllers: [AuthController, PersonsController],
  providers: [AuthService, JwtStrategy]
})
export class AppModule {}
