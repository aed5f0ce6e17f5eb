import type { Snippet } from '../snippet.ts'

export const MONGODB: readonly Snippet[] = [
  {
    title: 'List the documents (records) of a collection',
    keywords:
      'list read show display get fetch find select query retrieve documents document records rows table collection all where filter sort limit',
    text: `\`\`\`js
db.{collection}.find({}).sort({ _id: 1 }).limit(100)
db.{collection}.find({ age: { $gte: 18 } }, { name: 1, age: 1 })
\`\`\``,
  },
  {
    title: 'Insert, update and delete documents',
    keywords:
      'insert add write store put upsert update change modify set delete remove document documents record records row',
    text: `\`\`\`js
db.{collection}.insertMany([{ name: 'one' }, { name: 'two' }])
db.{collection}.updateOne({ name: 'one' }, { $set: { age: 30 } }, { upsert: true })
db.{collection}.deleteMany({ age: { $lt: 18 } })
\`\`\``,
  },
  {
    title: 'Databases, collections and indexes',
    keywords:
      'list show create make drop rename databases database collections collection tables table index indexes schema validation',
    text: `\`\`\`js
show dbs
use shop
show collections
db.createCollection('{collection}')
db.{collection}.createIndex({ name: 1 }, { unique: true })
db.{collection}.getIndexes()
\`\`\``,
  },
  {
    title: 'Count, group and join',
    keywords:
      'count number how many group sum average aggregate aggregation pipeline join lookup distinct unwind duplicates',
    text: `\`\`\`js
db.{collection}.countDocuments({})
db.{collection}.aggregate([
  { $match: { status: 'paid' } },
  { $group: { _id: '$customer', total: { $sum: '$amount' }, orders: { $sum: 1 } } },
  { $sort: { total: -1 } },
])
\`\`\``,
  },
  {
    title: 'Slow queries, users, and copies of data',
    keywords:
      'slow performance explain plan profile user users password role roles grant permission import export dump restore size stats',
    text: `\`\`\`js
db.{collection}.find({ name: 'x' }).explain('executionStats')
db.setProfilingLevel(1, { slowms: 50 })
db.createUser({ user: 'app', pwd: 'secret', roles: [{ role: 'readWrite', db: 'shop' }] })
db.{collection}.stats()
\`\`\`
\`mongodump --uri "$URL" --out dump\` writes all, \`mongorestore --uri "$URL" dump\` reads it.`,
  },
]
