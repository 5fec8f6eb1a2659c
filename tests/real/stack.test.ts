import { Kafka, logLevel } from 'kafkajs'
import { registryAnswers } from '../../deploy/stack/registry.ts'
import { testStack, uniquePrefix } from '../stack.ts'

describe('the stack of the tests', () => {
  test('has a broker that makes topics and transactions', async () => {
    const kafka = new Kafka({ brokers: testStack().brokers.split(','), logLevel: logLevel.NOTHING })
    const topic = `${uniquePrefix()}probe`
    const admin = kafka.admin()
    await admin.connect()
    const producer = kafka.producer({
      transactionalId: topic,
      maxInFlightRequests: 1,
      idempotent: true,
    })
    try {
      await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true })
      await producer.connect()
      const transaction = await producer.transaction()
      await transaction.send({ topic, messages: [{ key: 'a', value: 'b' }] })
      await transaction.commit()
      // The marker that ends the transaction is written after the commit was acknowledged. Two: the
      // record and the marker.
      for (;;) {
        const high = (await admin.fetchTopicOffsets(topic))[0]?.high
        if (high === '2') break
        expect(high).toBe('0')
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    } finally {
      await producer.disconnect()
      await admin.disconnect()
    }
  })

  test('has a registry that answers', async () => {
    expect(await registryAnswers(testStack().registryUrl)).toBe(true)
  })
})
