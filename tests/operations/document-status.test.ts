/**
 * Records of raw under any key: once each has its outcome, none is on its way, whatever the order
 * in which records and outcomes are read.
 */

import fc from 'fast-check'
import type { KafkaRecord } from '../../connectors/kafka/kafka.ts'
import { nameIn } from '../../operations/document-status.ts'
import { headersSentBack } from '../../operations/dead-letters.ts'
import {
  addArrival,
  addDead,
  addExtraction,
  documentStatusOf,
  statusDocumentOf,
  emptyStatus,
} from '../../processors/routing/document-status.ts'
import type { TopicName } from '../../processors/processor.ts'
import { deadLetter } from '../../runtime/dead-letter.ts'
import { firstOriginOf } from '../../runtime/headers.ts'
import { messageOf } from '../../runtime/message.ts'
import { createCodec } from '../../schemas/codec.ts'
import { schemaNames, schemaOf } from '../../schemas/schemas.ts'
import type { Dead } from '../../schemas/types.ts'
import { extractedOf } from '../outcomes.ts'
import { toyRaw } from '../toys.ts'

const codec = createCodec({
  idOf: (topic) => 1 + schemaNames.indexOf(topic),
  schemaOf: async (id) => JSON.stringify(schemaOf(schemaNames[id - 1] as TopicName)),
  isReleased: async () => false,
})

interface Sent {
  readonly key: Buffer | null
  readonly documentId: string
  readonly partition: number
  /** How often it is sent back from the dead letters. */
  readonly again: number
}

const long = 'k'.repeat(501)
const huge = 'k'.repeat(70_000)
const id = fc.constantFrom('a', 'b', '', '.', '#0/0', '0/0', long, huge, '\u{1F9FE}')
const strange = fc.constantFrom(null, Buffer.alloc(0), Buffer.from([0xff]), Buffer.from([0xfe]))
const own = id.map((documentId) => ({ key: Buffer.from(documentId), documentId }))
const other = fc.record({
  key: fc.oneof(
    id.map((text) => Buffer.from(text)),
    strange,
  ),
  documentId: id,
})
const sent: fc.Arbitrary<Sent> = fc
  .tuple(fc.oneof(own, other), fc.nat(1), fc.nat(2))
  .map(([named, partition, again]) => ({ ...named, partition, again }))

test('each record is counted in one place and none is on its way for ever, whatever its key', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(sent, { maxLength: 12 }),
      fc.infiniteStream(fc.nat()),
      async (all, dice) => {
        const state = emptyStatus()
        const events: (() => void)[] = []
        const documents = new Set<string>() // named by a key of their own
        let strangers = 0 // records whose key is not theirs
        let next = 0
        const arrive = async (
          { key, documentId, partition }: Sent,
          headers: KafkaRecord['headers'],
        ): Promise<Dead | null> => {
          const offset = next++
          const value = codec.encode('raw', toyRaw(documentId))
          const at = { topic: 'raw', partition, offset: BigInt(offset) }
          const record: KafkaRecord = { ...at, key, value, headers, timestamp: offset }
          const named = await nameIn(record, codec)
          const document = statusDocumentOf(named, firstOriginOf(record))
          events.push(() => addArrival(state, document, { partition, offset }))
          if (named !== null) documents.add(named)
          const outcome = await messageOf(record, 'raw', codec).catch((error: Error) => error)
          if (!(outcome instanceof Error)) {
            const reading = extractedOf(outcome.key, 'accepted')
            events.push(() => addExtraction(state, outcome.key, reading, offset))
            return null
          }
          const letter = deadLetter('ocr', record, outcome, 1, 1).value
          events.push(() => addDead(state, 'ocr', letter, firstOriginOf(letter), offset))
          if (named === null && Object.keys(headers).length === 0) strangers++
          return letter
        }
        for (const one of all) {
          let letter = await arrive(one, {})
          for (let i = 0; i < one.again && letter !== null; i++) {
            letter = await arrive(one, headersSentBack(letter, `dead/0/${next}`))
          }
        }
        const order = events.map((event) => ({ event, at: dice.next().value as number }))
        for (const { event } of order.sort((a, b) => a.at - b.at)) event()
        const { raw, accepted, review, dead, inFlight } = documentStatusOf(state, new Map())
        expect(inFlight).toBe(0)
        expect(accepted + review + dead).toBe(raw)
        expect(raw).toBe(documents.size + strangers)
      },
    ),
  )
})
