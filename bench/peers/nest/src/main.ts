// The NestJS peer, as its documentation and tutorials write it. One source for its three variants (variant.ts).
import 'reflect-metadata'
import { NestFactory } from '@nestjs/core'
import { AppModule } from './app.module.js'

const app = await NestFactory.create(AppModule)
await app.listen(Number(process.env.PORT), '127.0.0.1')
console.log(`Server listening at http://127.0.0.1:${process.env.PORT}`)
