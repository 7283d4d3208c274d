// The users and the persons.
import mongoose from 'mongoose'

export interface User {
  _id: unknown
  email: string
  password: string
  role: string
}

export interface Person {
  personId: string
  name: string
  email: string
  age: number
}

export const UserSchema = new mongoose.Schema({
  email: { type: String, required: true, unique: true, lowercase: true, trim: true },
  password: { type: String, required: true },
  role: { type: String, default: 'client' }
})

export const PersonSchema = new mongoose.Schema({ personId: String, name: String, email: String, age: Number }, { timestamps: true })
