// The Express peer, as the tutorials write it: passport-jwt reads the user at each request, bcrypt(10), mongoose, body-parser. One source for
// its three variants: `node express.cjs FOLDER` takes its packages from that folder; TUNED=1 gives the secret as a key and reads lean rows.
'use strict'
const { createRequire } = require('node:module')
const { createSecretKey } = require('node:crypto')
const { join, resolve } = require('node:path')

const load = createRequire(join(resolve(process.argv[2]), 'package.json'))
const express = load('express')
const bodyParser = load('body-parser')
const passport = load('passport')
const { Strategy: JwtStrategy, ExtractJwt } = load('passport-jwt')
const jwt = load('jsonwebtoken')
const mongoose = load('mongoose')
const bcrypt = load(process.env.BCRYPT)

const tuned = process.env.TUNED === '1'
const secret = tuned ? createSecretKey(Buffer.from(process.env.JWT_SECRET)) : process.env.JWT_SECRET

const UserSchema = new mongoose.Schema({
  email: { type: String, required: true, unique: true, lowercase: true, trim: true },
  password: { type: String, required: true },
  role: { type: String, default: 'client' }
})

UserSchema.pre('save', async function () {
  if (!this.isModified('password')) return
  const salt = await bcrypt.genSalt(10)
  this.password = await bcrypt.hash(this.password, salt)
})

UserSchema.methods.comparePassword = function (candidatePassword) {
  return bcrypt.compare(candidatePassword, this.password)
}

const PersonSchema = new mongoose.Schema({ personId: String, name: String, email: String, age: Number }, { timestamps: true })

const User = mongoose.model('User', UserSchema)
const Person = mongoose.model('Person', PersonSchema)
const findUser = (id) => tuned ? User.findById(id, { password: 0 }).lean() : User.findById(id)
const findPersons = (limit) => tuned ? Person.find().limit(limit).lean() : Person.find().limit(limit)

passport.use(new JwtStrategy({ jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(), secretOrKey: secret }, (payload, done) => {
  findUser(payload.id).then((user) => done(null, user || false), (error) => done(error, false))
}))

function createToken (user) {
  return jwt.sign({ id: user.id, email: user.email }, secret, { expiresIn: 86400 })
}

const app = express()
app.use(bodyParser.urlencoded({ extended: false }))
app.use(bodyParser.json())
app.use(passport.initialize())
const authenticated = passport.authenticate('jwt', { session: false })

app.post('/register', (req, res, next) => {
  if (!req.body.email || !req.body.password) return res.status(400).json({ msg: 'You need to send email and password' })
  User.findOne({ email: req.body.email }).then((taken) => {
    if (taken) return res.status(400).json({ msg: 'The user already exists' })
    return new User({ email: req.body.email, password: req.body.password }).save()
      .then((user) => res.status(201).json({ token: createToken(user), user: { id: user.id, email: user.email, role: user.role } }))
  }).catch(next)
})

app.post('/login', (req, res, next) => {
  User.findOne({ email: req.body.email }).then((user) => {
    if (!user) return res.status(400).json({ msg: 'The user does not exist' })
    return user.comparePassword(req.body.password).then((isMatch) => {
      if (!isMatch) return res.status(400).json({ msg: 'The email and password do not match.' })
      return res.status(200).json({ token: createToken(user) })
    })
  }).catch(next)
})

app.get('/profile', authenticated, (req, res) => {
  res.json({ id: req.user._id, email: req.user.email, role: req.user.role })
})

app.get('/persons', authenticated, (req, res, next) => {
  findPersons(Number(req.query.limit)).then((persons) => res.json(persons)).catch(next)
})

// Versions of then ask for the new parser; those of now know no other and refuse the word.
mongoose.connect(process.env.MONGODB_URL, mongoose.version.startsWith('5.') ? { useNewUrlParser: true, useCreateIndex: true } : {})
mongoose.connection.on('error', (error) => {
  console.error(error.message)
  process.exit(1)
})

app.listen(Number(process.env.PORT), '127.0.0.1', () => console.log(`Server listening at http://127.0.0.1:${process.env.PORT}`))
