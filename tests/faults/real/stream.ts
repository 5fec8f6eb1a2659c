/**
 * The documents and verdicts that go through the system while something is broken: e-invoices, PDFs
 * with text, the same document again, the same bytes under another id, and poison. Made from the
 * project's own samples, so that a document costs tens of milliseconds and OCR is rare.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { openProducer, topicOffsets } from '../../../connectors/kafka/kafka.ts'
import type { Connection } from '../../../operations/connect.ts'
import { loadProfiles, profileOf } from '../../../schemas/profiles.ts'
import type { Raw, Verdict } from '../../../schemas/types.ts'
import { topicName } from '../../../topology.ts'
import { sample } from '../../../trainer/samples/generate.ts'
import { drawSample } from '../../../trainer/samples/sample.ts'
import { ublOf } from '../../../trainer/samples/ubl.ts'
import { taskFor } from '../../documents.ts'
import { generatedVerdicts } from '../../verdicts.ts'
import type { FaultRandom } from './random.ts'

/** A record that the broker acknowledged, with what must become of it. */
export interface Sent {
  readonly topic: 'raw' | 'needs-review' | 'corrected'
  readonly key: string
  /** topic/partition/offset */
  readonly place: string
  readonly outcome: 'output' | 'dead' | 'nothing'
}

export interface Stream {
  /** Sends so many documents, and with every third a task and the verdict on an earlier one. */
  send(documents: number, random: FaultRandom, paceMs?: number): Promise<readonly Sent[]>
  /** These bytes as a document of its own. */
  sendDocument(key: string, bytes: Buffer, outcome: Sent['outcome']): Promise<Sent>
  /** Of one kind of document each. */
  readonly bytes: { readonly xml: readonly Buffer[]; readonly pdf: readonly Buffer[] }
  close(): Promise<void>
}

const seed = 11
const kinds = 12 // of e-invoices, and half as many PDFs
const vendors = 6

export async function openStream(connection: Connection, prefix: string): Promise<Stream> {
  const producer = openProducer(connection.cluster)
  const { codec } = connection.registry
  const xml: Buffer[] = []
  for (let index = 0; xml.length < kinds; index++) {
    const { invoice, issuer } = drawSample(seed, index)
    if (invoice !== null) xml.push(Buffer.from(ublOf(issuer, invoice)))
  }
  const samples = await Promise.all(Array.from({ length: kinds / 2 }, (_, i) => sample(seed, i)))
  const pdf = samples.flatMap((made) => (made.pdf === null ? [] : [made.pdf]))
  const verdicts = verdictsWithoutEnd()
  const past: { key: string; bytes: Buffer }[] = []
  const asked: { readonly verdict: Verdict; readonly task: Sent }[] = []
  const judged: Verdict[] = []
  let count = 0

  const put = async (
    topic: Sent['topic'],
    key: string,
    value: Buffer,
    outcome: Sent['outcome'],
  ): Promise<Sent> => {
    for (;;) {
      try {
        const name = topicName(topic, prefix)
        const { partition, offset } = await producer.send(name, { key, value })
        return { topic, key, place: `${name}/${partition}/${offset}`, outcome }
      } catch {
        // Not acknowledged; it may be there all the same, as a document of its own
        await sleep(500)
      }
    }
  }
  const sendDocument: Stream['sendDocument'] = (key, bytes, outcome) =>
    put('raw', key, codec.encode('raw', rawOf(key, bytes)), outcome)

  const sendOne = (random: FaultRandom): Promise<Sent> => {
    const key = `doc-${++count}`
    const again = past.length > 0 && random.chance(0.15) ? random.pick(past) : null
    if (again !== null) {
      const [sameKey, bytes] = [random.chance(0.5), again.bytes]
      return sendDocument(sameKey ? again.key : key, bytes, 'output')
    }
    if (random.chance(0.12)) {
      const poison = random.number(3)
      if (poison === 0) return put('raw', key, Buffer.from('nothing that we know'), 'dead')
      if (poison === 1) return sendDocument(key, Buffer.from('%PDF-1.7\nbroken'), 'dead')
      return put('raw', key, codec.encode('raw', rawOf('somebody-else', Buffer.from('x'))), 'dead')
    }
    const bytes = random.chance(0.75) ? random.pick(xml) : random.pick(pdf)
    past.push({ key, bytes })
    return sendDocument(key, bytes, 'output')
  }
  const judge = async (random: FaultRandom): Promise<Sent[]> => {
    const answer = (verdict: Verdict, outcome: Sent['outcome']): Promise<Sent> =>
      put('corrected', verdict.documentId, codec.encode('corrected', verdict), outcome)
    if (judged.length > 0 && random.chance(0.15))
      return [await answer({ ...random.pick(judged), reviewer: 'bob' }, 'dead')]
    const verdict = verdicts.next().value as Verdict
    const value = codec.encode('needs-review', taskFor(verdict))
    const task = await put('needs-review', verdict.documentId, value, 'nothing')
    asked.push({ verdict, task })
    if (!(await canBeRead(asked[0]?.task))) return [task]
    const [first] = asked.splice(0, 1) as [(typeof asked)[0]]
    judged.push(first.verdict)
    return [task, await answer(first.verdict, 'output')]
  }
  /** Whether no open transaction stands before it: nobody answers what nobody has read. */
  const canBeRead = async (sent: Sent | undefined): Promise<boolean> => {
    const [topic = '', partition, offset = '0'] = sent?.place.split('/') ?? []
    const ends = await topicOffsets(connection.cluster, topic).catch(() => null)
    return (ends?.get(Number(partition))?.high ?? 0n) > BigInt(offset)
  }

  return {
    bytes: { xml, pdf },
    sendDocument,
    async send(documents, random, paceMs = 30) {
      const sent: Sent[] = []
      for (let i = 0; i < documents; i++) {
        sent.push(await sendOne(random))
        if (i % 3 === 0) sent.push(...(await judge(random)))
        await sleep(paceMs)
      }
      return sent
    },
    close: () => producer.close(),
  }
}

/** Each of another document. */
function* verdictsWithoutEnd(): Generator<Verdict> {
  const profile = profileOf(loadProfiles(), 'receipt')
  for (let from = 0; ; from += 20) {
    yield* generatedVerdicts(profile, 20, { seed, vendors, from })
  }
}

/** An invoice in the stream. */
export function rawOf(documentId: string, bytes: Buffer): Raw {
  return {
    documentId,
    tenant: 'default',
    profile: 'invoice',
    mediaType: null,
    fileName: null,
    source: 'faults',
    sha256: null,
    bytes,
    receivedAt: 1_700_000_000_000,
    metadata: {},
  }
}
