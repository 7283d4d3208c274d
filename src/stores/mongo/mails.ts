// Messages that wait to be sent.
import type { Collection } from 'mongodb'
import type { Mail, MailStore } from '../stores.js'
import { bounded } from './timing.js'

export interface MailDocument extends Omit<Mail, 'id'> { _id: string }

export function toMail ({ _id, sealed, createdAt, attempts, dueAt }: MailDocument): Mail {
  return { id: _id, sealed, createdAt, attempts, dueAt }
}

export function createMailStore (mails: Collection<MailDocument>): MailStore {
  return {
    async insert ({ id, ...mail }) {
      await mails.insertOne({ _id: id, ...mail })
    },

    async lease (now, leaseUntil) {
      const due = { dueAt: { $lte: now } }
      // A server picks the first and then writes it; where another got it between the two, it answers null though more are
      // due. So null counts only when a look finds none.
      do {
        const leased = await mails.findOneAndUpdate(
          due,
          { $inc: { attempts: 1 }, $set: { dueAt: leaseUntil } },
          { sort: { dueAt: 1, _id: 1 }, returnDocument: 'after' }
        )
        if (leased !== null) return toMail(leased)
      } while (await mails.findOne(due, { ...bounded, projection: { _id: 1 } }) !== null)
      return null
    },

    async postpone (id, attempts, dueAt) {
      return (await mails.updateOne({ _id: id, attempts }, { $set: { dueAt } })).matchedCount === 1
    },

    async remove (id) {
      return (await mails.deleteOne({ _id: id })).deletedCount === 1
    },

    async count () {
      return mails.countDocuments({}, bounded)
    }
  }
}
