// Persons: adding, finding, changing with and without a version, removing.
import { later, samplePerson, start } from './samples.js'
import { atOnce, present, refusalOf, type Contract } from './engine.js'

export const personsContract: Contract = async (t, { stores: { persons }, another }) => {
  await t.test('A person comes back as it was put in', async t => {
    const full = samplePerson({ personId: 'P-1', name: 'Ægir ß 😀', email: 'Aegir@Example.org', age: 0, version: 4, updatedAt: later(2) })
    const bare = samplePerson()
    await persons.insert(full)
    await persons.insert(bare)
    t.same(await persons.find(full.id), full)
    t.same(await persons.find(bare.id), bare)
    t.equal(await persons.find('nobody'), null)
  })

  await t.test('The business key is unique, with its case', async t => {
    await persons.insert(samplePerson({ personId: 'Key' }))
    await persons.insert(samplePerson({ personId: 'key' }))
    t.equal(await refusalOf(persons.insert(samplePerson({ personId: 'Key' }))), 'person_id_taken')
    const other = samplePerson()
    await persons.insert(other)
    t.equal(await refusalOf(persons.update(other.id, { personId: 'key', name: 'X' }, start)), 'person_id_taken')
    t.same(await persons.find(other.id), other, 'nothing was written')
  })

  await t.test('Of 50 inserts of one business key at once, over two connections, one wins', async t => {
    const elsewhere = await another()
    const outcomes = await atOnce(50, async index => refusalOf((index % 2 === 0 ? persons : elsewhere.persons).insert(samplePerson({ personId: 'raced' }))))
    t.equal(outcomes.filter(outcome => outcome === null).length, 1)
    t.equal(outcomes.filter(outcome => outcome === 'person_id_taken').length, 49)
  })

  await t.test('insertMany says of each row what became of it', async t => {
    const there = samplePerson({ personId: 'there' })
    await persons.insert(there)
    const fresh = samplePerson({ personId: 'fresh' })
    t.same(await persons.insertMany([samplePerson({ personId: 'there' }), fresh, there, samplePerson({ personId: 'fresh' }), samplePerson({ personId: 'Fresh' })]),
      ['person_id_taken', 'inserted', 'exists', 'person_id_taken', 'inserted'])
    t.same(await persons.find(fresh.id), fresh)
    t.same(await persons.insertMany([]), [])
  })

  await t.test('A change sets what it names, raises the version and leaves the rest', async t => {
    const person = samplePerson({ email: 'a@b.example', age: 30 })
    await persons.insert(person)
    const once = { ...person, name: 'New', email: null, version: 2, updatedAt: later(1) }
    t.same(await persons.update(person.id, { name: 'New', email: null }, later(1)), once)
    const twice = { ...once, personId: 'other-key', age: 0, version: 3, updatedAt: later(2) }
    t.same(await persons.update(person.id, { personId: 'other-key', age: 0 }, later(2)), twice)
    t.same(await persons.find(person.id), twice)
    t.same(await persons.update(person.id, {}, later(3)), { ...twice, version: 4, updatedAt: later(3) })
    t.equal(await persons.update('nobody', { name: 'X' }, start), null)
    t.equal(await persons.update('nobody', { name: 'X' }, start, [1]), null)
  })

  await t.test('With versions, only one of them is changed or removed', async t => {
    const person = samplePerson({ version: 5 })
    await persons.insert(person)
    t.equal(await refusalOf(persons.update(person.id, { name: 'X' }, start, [4, 6])), 'version_mismatch')
    t.equal(await refusalOf(persons.update(person.id, { name: 'X' }, start, [])), 'version_mismatch')
    t.same(await persons.find(person.id), person)
    t.equal((await persons.update(person.id, { name: 'Y' }, start, [1, 5]))?.version, 6)
    t.equal(await refusalOf(persons.remove(person.id, [5])), 'version_mismatch')
    t.equal(await persons.remove(person.id, [6]), true)
    t.equal(await persons.remove(person.id, [6]), false)
    t.equal(await persons.remove(person.id), false)
    t.equal(await persons.find(person.id), null)
  })

  await t.test('Of 50 changes of one version at once, over two connections, one wins', async t => {
    const elsewhere = await another()
    const person = samplePerson()
    await persons.insert(person)
    const outcomes = await atOnce(50, async index => refusalOf((index % 2 === 0 ? persons : elsewhere.persons).update(person.id, { age: index }, start, [1])))
    t.equal(outcomes.filter(outcome => outcome === null).length, 1)
    t.equal(outcomes.filter(outcome => outcome === 'version_mismatch').length, 49)
    t.equal(present(await persons.find(person.id)).age, outcomes.indexOf(null))
  })

  await t.test('50 changes without a version all count', async t => {
    const person = samplePerson()
    await persons.insert(person)
    const versions = await atOnce(50, async index => (await persons.update(person.id, { age: index }, start))?.version ?? 0)
    t.equal(new Set(versions).size, 50)
    t.equal((await persons.find(person.id))?.version, 51)
  })

  await t.test('Of 50 removals at once, one removes', async t => {
    const person = samplePerson()
    await persons.insert(person)
    t.equal((await atOnce(50, () => persons.remove(person.id))).filter(removed => removed).length, 1)
  })
}
