// The users and the persons.
import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose'
import { type HydratedDocument } from 'mongoose'

@Schema()
export class User {
  @Prop({ type: String, required: true, unique: true, lowercase: true, trim: true })
  email: string

  @Prop({ type: String, required: true })
  password: string

  @Prop({ type: String, default: 'client' })
  role: string
}

@Schema({ timestamps: true })
export class Person {
  @Prop({ type: String })
  personId: string

  @Prop({ type: String })
  name: string

  @Prop({ type: String })
  email: string

  @Prop({ type: Number })
  age: number
}

export type UserDocument = HydratedDocument<User>
export type PersonDocument = HydratedDocument<Person>
export const UserSchema = SchemaFactory.createForClass(User)
export const PersonSchema = SchemaFactory.createForClass(Person)
