// What kafkajs as it comes delivers to a reader of committed records:
// `node stock-reader.cjs BROKERS TOPIC END` prints the offsets up to END.
const { Kafka, logLevel } = require('kafkajs')

const [brokers, topic, end] = process.argv.slice(2)
const seen = []
const consumer = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).consumer({
  groupId: `stock-${process.pid}-${topic}`,
  maxWaitTimeInMs: 50,
})

async function main() {
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
    if (BigInt(payload.lastOffset) + 1n < BigInt(end)) return
    process.stdout.write(`${seen.join()}\n`)
    void consumer.disconnect().then(() => process.exit(0))
  })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ message }) => void seen.push(message.offset),
  })
}

void main()
