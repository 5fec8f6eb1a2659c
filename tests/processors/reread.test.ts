/** Reading again: each model and rule set is granted once for a document, whoever asks how often. */

import fc from 'fast-check'
import type { Message } from '../../processors/processor.ts'
import { granted, rememberGranted, reread, type Granted } from '../../processors/reread.ts'
import type { Ocr, Outdated, Reread } from '../../schemas/types.ts'
import { ocrOf } from '../documents.ts'

const document = ocrOf('d1', { pages: [], words: [] }, { sha256: 'ab' })
const by = (model: string | null, ruleSet: string): Reread => ({ cause: 'rules', model, ruleSet })
const asked = (why: Reread | null, key = 'd1'): Message<'outdated'> => ({
  key,
  value:
    why === null
      ? null
      : { documentId: key, source: { topic: 'ocr', partition: 0, offset: 3 }, reread: why },
  timestamp: 0,
  origin: { topic: 'outdated', partition: 0, offset: 0n },
})

/** What is read again of these requests, by the state that each of them finds. */
async function readAgain(
  requests: readonly Message<'outdated'>[],
  documentAt: (source: Outdated['source']) => Promise<Ocr | null> = async () => document,
  state: Granted = granted(),
): Promise<readonly (Ocr | null)[]> {
  const records: (Ocr | null)[] = []
  for (const request of requests) {
    const { ocr = [] } = await reread(request, { documentAt }, state)
    rememberGranted(state, request)
    records.push(...ocr.map(({ value }) => value))
  }
  return records
}

test.each<[string, readonly Message<'outdated'>[], readonly (Reread | null)[]]>([
  ['once', [asked(by('m/1', 'r'))], [by('m/1', 'r')]],
  ['once for the same', [asked(by('m/1', 'r')), asked(by('m/1', 'r'))], [by('m/1', 'r')]],
  [
    'again for another model',
    [asked(by(null, 'r')), asked(by('m/1', 'r'))],
    [by(null, 'r'), by('m/1', 'r')],
  ],
  [
    'again for other rules',
    [asked(by('m/1', 'r')), asked(by('m/1', 's'))],
    [by('m/1', 'r'), by('m/1', 's')],
  ],
  [
    'again where a model or rule is taken back',
    [asked(by('m/2', 'r')), asked(by('m/1', 'r')), asked(by('m/2', 'r'))],
    [by('m/2', 'r'), by('m/1', 'r'), by('m/2', 'r')],
  ],
  ['not for its erasure', [asked(null)], []],
])('a document is read again %s', async (_, requests, granted) => {
  const records = await readAgain(requests)
  expect(records).toEqual(granted.map((reread) => ({ ...document, reread })))
})

test('what has left the log, or is another document, is not read again', async () => {
  expect(await readAgain([asked(by('m/1', ''))], async () => null)).toEqual([])
  expect(await readAgain([asked(by('m/1', ''), 'd2')])).toEqual([])
})

test('any number of requests of any number of instances reads a document once between two changes', async () => {
  const request = fc.record({
    key: fc.constantFrom('d1', 'd2'),
    model: fc.constantFrom(null, 'm/1', 'm/2'),
    restart: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(request, { maxLength: 30 }), async (requests) => {
      const log: Message<'outdated'>[] = []
      let state = granted()
      const read: string[] = []
      for (const { key, model, restart } of requests) {
        if (restart) {
          state = granted() // another owner of the partition folds it anew
          for (const before of log) rememberGranted(state, before)
        }
        const message = asked(by(model, ''), key)
        const { ocr = [] } = await reread(
          message,
          { documentAt: async () => ({ ...document, documentId: key }) },
          state,
        )
        rememberGranted(state, message)
        log.push(message)
        read.push(...ocr.map(({ value }) => `${key} ${value?.reread?.model}`))
      }
      for (const key of ['d1', 'd2']) {
        const wanted = requests
          .filter((one) => one.key === key)
          .map(({ model }) => `${key} ${model}`)
        const changes = wanted.filter((one, at) => one !== wanted[at - 1])
        expect(read.filter((one) => one.startsWith(key))).toEqual(changes)
      }
    }),
  )
})
