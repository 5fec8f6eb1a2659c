/**
 * Words on the wire: our columns against an array of records, the obvious encoding, both with avsc;
 * and against JSON.
 */

import avsc from 'avsc'
import { packWords, unpackWords, type Word } from '../../processors/document/words.ts'
import { schemaOf } from '../../schemas/schemas.ts'
import { cpuSeconds, median, type BenchRow } from './measure.ts'

const rounds = 7
const perRound = 150 // documents

export async function benchCodec(): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = []
  for (const count of [100, 1000]) {
    const words = wordsOf(count)
    const columns = columnType()
    const records = avsc.Type.forSchema({
      type: 'array',
      items: {
        type: 'record',
        name: 'W',
        fields: [
          { name: 'text', type: 'string' },
          { name: 'page', type: 'int' },
          { name: 'line', type: 'int' },
          { name: 'box', type: { type: 'array', items: 'int' } },
          { name: 'confidence', type: 'int' },
        ],
      },
    } as avsc.Schema)
    const ours = (): void =>
      void unpackWords(
        columns.fromBuffer(columns.toBuffer(packWords(words))) as ReturnType<typeof packWords>,
      )
    const peer = (): void => void records.fromBuffer(records.toBuffer(words))
    const json = (): void => void JSON.parse(Buffer.from(JSON.stringify(words)).toString())
    const times = { ours: [] as number[], peer: [] as number[], json: [] as number[] }
    for (let round = 0; round < rounds; round++) {
      times.ours.push(await cpuSeconds(() => repeat(ours)))
      times.peer.push(await cpuSeconds(() => repeat(peer)))
      times.json.push(await cpuSeconds(() => repeat(json)))
    }
    const rate = (list: readonly number[]): number => perRound / median(list)
    const unit = 'documents/CPU s'
    rows.push({
      what: `${count} words, there and back`,
      ours: rate(times.ours),
      peer: rate(times.peer),
      unit,
      peerName: 'array of records, avsc',
    })
    rows.push({
      what: `${count} words, there and back`,
      ours: rate(times.ours),
      peer: rate(times.json),
      unit,
      peerName: 'JSON',
    })
  }
  return rows
}

function columnType(): avsc.Type {
  const fields = schemaOf('ocr')['fields'] as readonly {
    readonly name: string
    readonly type: unknown
  }[]
  return avsc.Type.forSchema(fields.find((field) => field.name === 'words')?.type as avsc.Schema)
}

function wordsOf(count: number): Word[] {
  return Array.from({ length: count }, (_, i) => ({
    text: `word${i}`,
    page: 1,
    line: i >> 3,
    box: [10 * (i % 60), 12 * i, 10 * (i % 60) + 90, 12 * i + 100],
    confidence: 100,
  }))
}

function repeat(work: () => void): void {
  for (let i = 0; i < perRound; i++) work()
}
