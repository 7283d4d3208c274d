// What the peer is made of.
import { Module } from '@nestjs/common'
import { JwtModule } from '@nestjs/jwt'
import { MongooseModule } from '@nestjs/mongoose'
import { PassportModule } from '@nestjs/passport'
import { AuthController } from './auth.controller.js'
import { AuthService } from './auth.service.js'
import { JwtStrategy } from './jwt.strategy.js'
import { PersonsController } from './persons.controller.js'
import { PersonSchema, UserSchema } from './schemas.js'
import { connecting, signing } from './variant.js'

@Module({
  imports: [
    MongooseModule.forRoot(String(process.env.MONGODB_URL), connecting),
    MongooseModule.forFeature([{ name: 'User', schema: UserSchema }, { name: 'Person', schema: PersonSchema }]),
    PassportModule.register({ defaultStrategy: 'jwt', session: false }),
    JwtModule.register({ ...signing, signOptions: { expiresIn: 86400 } })
  ],
  controllers: [AuthController, PersonsController],
  providers: [AuthService, JwtStrategy]
})
export class AppModule {}
