/** The index of documents on a real file: what is found, by whom, and what is left of what is erased. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDocumentStore, type DocumentStore } from '../../../connectors/sqlite/document-index.ts'
import type { DocumentQuery } from '../../../processors/search/document-index.ts'
import { foldErasure, foldTask } from '../../../processors/search/fold-records.ts'
import { packWords } from '../../../processors/document/words.ts'
import { makeTask } from '../../review-server.ts'

const any = { profiles: [], vendors: [] }
const topic = 'needs-review'

describe('the index of documents', () => {
  let folder: string
  let store: DocumentStore
  let offset = 0
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'errata-index-'))
    store = openDocumentStore(folder, 'log')
    offset = 0
  })
  afterEach(() => {
    store.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const place = () => ({ partition: 0, offset, time: 1_000 + offset, of: null })
  const add = (id: string, changes: Parameters<typeof makeTask>[0] = {}): void => {
    const task = makeTask({ documentId: id, receivedAt: 1_000 + offset, ...changes })
    store.take({ topic, partition: 0, offset: BigInt(offset) }, id, (facts) =>
      foldTask(facts, task, place()),
    )
    offset++
  }
  const erase = (id: string): void => {
    store.take({ topic, partition: 0, offset: BigInt(offset) }, id, (facts) =>
      foldErasure(facts, place()),
    )
    offset++
  }
  const ids = (query: Partial<DocumentQuery> = {}): string[] =>
    store
      .find({ sort: 'received', scope: any, ...query }, { limit: 100 })
      .documents.map(({ documentId }) => documentId)
  const word = (text: string) =>
    packWords([{ text, page: 1, line: 0, box: [0, 0, 1, 1], confidence: 100 }])

  const holdsSecret = (): boolean =>
    readdirSync(folder).some((name) =>
      /qzx(word|file)/i.test(readFileSync(join(folder, name), 'latin1')),
    )
  const untilForgotten = async (): Promise<void> => {
    for (let i = 0; i < 200 && holdsSecret(); i++)
      await new Promise((resolve) => setTimeout(resolve, 50))
  }

  test('finds by file name, vendor, number, amount and printed words, at once', () => {
    add('a', {
      fileName: 'hafen-17.pdf',
      vendor: { id: 'v:1', name: 'Größe & Söhne', evidence: '' },
    })
    add('b', { fileName: 'other.pdf', words: word('Zwischenlager') })
    expect(ids({ q: 'hafen' })).toEqual(['a'])
    expect(ids({ q: 'grosse' })).toEqual([]) // ß is a letter of its own
    expect(ids({ q: 'sohne größe' })).toEqual(['a'])
    expect(ids({ q: 'ZWISCHEN' })).toEqual(['b'])
    expect(ids({ q: '1.066,70' })).toEqual(['a', 'b'])
    expect(ids({ q: '"japansage ryoba"' })).toEqual(['a'])
    expect(ids({ q: '"ryoba japansage"' })).toEqual([])
    expect(ids({ q: '* OR NOT (' })).toEqual([])
    expect(ids({ q: '(((' })).toEqual([])
  })

  test('pages through everything once, in each order, while documents come', () => {
    for (let i = 0; i < 25; i++)
      add(`d${String(i).padStart(2, '0')}`, { fileName: i % 3 === 0 ? null : `f${i % 5}.pdf` })
    for (const sort of ['received', '-received', 'file', '-file', 'amount', '-vendor'] as const)
      for (const q of [undefined, 'hamburg']) {
        const seen: string[] = []
        let after: string | undefined
        do {
          const page = store.find({ sort, scope: any, q }, { limit: 7, after })
          expect(page.total).toBe(25)
          seen.push(...page.documents.map(({ documentId }) => documentId))
          after = page.next ?? undefined
        } while (after !== undefined)
        expect([...seen].sort()).toEqual(ids())
        const { previous, next } = store.neighbours(seen[3] as string, { sort, scope: any, q })
        expect([previous, next]).toEqual([seen[2], seen[4]])
      }
  })

  test('refuses a cursor that is none', () => {
    add('a')
    for (const after of ['x', Buffer.from('[{},1]').toString('base64url')])
      expect(() => store.find({ sort: 'received', scope: any }, { limit: 1, after })).toThrow(
        RangeError,
      )
  })

  test('shows nobody what lies outside their profiles and vendors', () => {
    add('a', { vendor: { id: 'v:1', name: 'Acme', evidence: '' } })
    add('b', { vendor: { id: 'v:2', name: 'Bolt', evidence: '' }, profile: 'receipt' })
    const scopes = [
      [{ profiles: ['receipt'], vendors: [] }, ['b']],
      [{ profiles: [], vendors: ['Acme'] }, ['a']],
      [{ profiles: [], vendors: ['acme'] }, []],
      [{ profiles: ['receipt'], vendors: ['v:1'] }, []],
    ] as const
    for (const [scope, expected] of scopes) {
      expect(ids({ scope })).toEqual(expected)
      expect(ids({ scope, q: 'hamburg' })).toEqual(expected)
      for (const id of ['a', 'b'])
        expect(store.get(id, scope) !== null).toBe(expected.some((one) => one === id))
    }
  })

  test('takes a record once, also after a restart, and goes on where it was', () => {
    add('a')
    add('b')
    store.close()
    store = openDocumentStore(folder, 'log')
    expect([store.emptied(), store.positions(topic)]).toEqual([null, new Map([[0, 2n]])])
    store.take({ topic, partition: 0, offset: 1n }, 'b', () => {
      throw new Error('taken before')
    })
    expect(ids()).toEqual(['a', 'b'])
  })

  test('begins anew where the file is damaged or of another log, and says so', () => {
    add('a')
    store.close()
    store = openDocumentStore(folder, 'another log')
    expect([store.emptied(), ids()]).toEqual(['other', []])
    store.close()
    for (const name of readdirSync(folder))
      writeFileSync(join(folder, name), 'no database'.repeat(99))
    store = openDocumentStore(folder, 'log')
    expect([store.emptied(), ids()]).toEqual(['damaged', []])
    add('a')
    expect(ids()).toEqual(['a'])
  })

  test('keeps nothing of a document that is erased, in no file', async () => {
    add('a')
    add('secret', { fileName: 'qzxfile.pdf', words: word('qzxword') })
    expect(ids({ q: 'qzxword' })).toEqual(['secret'])
    store.setOpen('secret', true) // another version of the same row
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(holdsSecret()).toBe(true)
    erase('secret')
    expect([ids({ q: 'qzxword' }), ids({ q: 'qzxfile' })]).toEqual([[], []])
    await untilForgotten()
    expect(holdsSecret()).toBe(false)
    expect(store.get('secret', any)?.listed.state).toBe('erased')
  })

  test('goes on forgetting after a restart', async () => {
    add('secret', { words: word('qzxword') })
    expect(ids({ q: 'qzxword' })).toEqual(['secret'])
    erase('secret')
    store.close()
    expect(holdsSecret()).toBe(true)
    store = openDocumentStore(folder, 'log')
    await untilForgotten()
    expect(holdsSecret()).toBe(false)
  })

  test('leaves everything as it was where a record fails half way', () => {
    add('a')
    expect(() =>
      store.take({ topic, partition: 0, offset: 1n }, 'b', () => {
        throw new Error('a defect')
      }),
    ).toThrow('a defect')
    expect([ids(), store.positions(topic)]).toEqual([['a'], new Map([[0, 1n]])])
  })
})
