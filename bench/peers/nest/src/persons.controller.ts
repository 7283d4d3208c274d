// GET /persons.
import { Controller, Get, Query, UseGuards } from '@nestjs/common'
import { InjectModel } from '@nestjs/mongoose'
import { AuthGuard } from '@nestjs/passport'
import type { Model } from 'mongoose'
import type { Person } from './schemas.js'
import { isTuned } from './variant.js'

@Controller('persons')
export class PersonsController {
  constructor (@InjectModel('Person') private readonly persons: Model<Person>) {}

  @Get()
  @UseGuards(AuthGuard('jwt'))
  async list (@Query('limit') limit: string): Promise<Person[]> {
    const found = this.persons.find().limit(Number(limit))
    return isTuned ? await found.lean<Person[]>() : await found.exec()
  }
}
