// GET /persons.
import { Controller, Get, Query, UseGuards } from '@nestjs/common'
import { InjectModel } from '@nestjs/mongoose'
import { AuthGuard } from '@nestjs/passport'
import { Model } from 'mongoose'
import { Person, type PersonDocument } from './schemas.js'

@Controller('persons')
export class PersonsController {
  constructor (@InjectModel(Person.name) private readonly persons: Model<PersonDocument>) {}

  @Get()
  @UseGuards(AuthGuard('jwt'))
  async list (@Query('limit') limit: string): Promise<PersonDocument[]> {
    return await this.persons.find().limit(Number(limit)).exec()
  }
}
