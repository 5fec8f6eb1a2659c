/** Every document over HTTP: found, shown, taken along, and what may be done with it, and by whom. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  openDocumentStore,
  type DocumentStore,
} from '../../../../connectors/sqlite/document-index.ts'
import type { Documents } from '../../../../connectors/http/review/review.ts'
import { ErrataError } from '../../../../errors.ts'
import { accountsTable, tokenHash } from '../../../../processors/review/accounts.ts'
import { lateTask } from '../../../../processors/review/late-task.ts'
import {
  foldErasure,
  foldExtracted,
  foldFinal,
} from '../../../../processors/search/fold-records.ts'
import type { Final, User } from '../../../../schemas/types.ts'
import { madeAccounts } from '../../../accounts.ts'
import { acceptedBy } from '../../../made-documents.ts'
import { userOf } from '../../../records.ts'
import { makeTask, openReviewServer, type ReviewServer } from '../../../review-server.ts'

const task = makeTask()
const { extracted, final } = acceptedBy(task)

describe('documents over HTTP', () => {
  let folder: string
  let index: DocumentStore
  let desk: ReviewServer
  let isReady: boolean
  let sent: string[]
  let offset: number
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'errata-documents-'))
    index = openDocumentStore(folder, 'log')
    ;[isReady, sent, offset] = [true, [], 0]
  })
  afterEach(async () => {
    await desk.close()
    index.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const documents: Documents = {
    index: () => index,
    isReady: () => isReady,
    original: async (sha256) => {
      if (sha256 !== task.sha256) throw new ErrataError('BLOB_MISSING', 'gone')
      return Buffer.from('the bytes')
    },
    async prepare({ documentId }) {
      if (documentId === 'old') return false
      desk.add(lateTask({ ...extracted, documentId }, task, 0))
      return true
    },
    async readAgain({ documentId }) {
      sent.push(documentId)
      return true
    },
  }
  const take = (
    id: string,
    record: object,
    fold: typeof foldFinal | typeof foldExtracted,
  ): void => {
    const at = { partition: 0, offset, time: 1_000 + offset, of: null }
    index.take({ topic: 't', partition: 0, offset: BigInt(offset++) }, id, (facts) =>
      fold(facts, { ...record, documentId: id } as never, at),
    )
  }
  const accept = (id: string, changes: Partial<Final> = {}): void => {
    take(id, { ...extracted, ...changes }, foldExtracted)
    take(id, { ...final, ...changes }, foldFinal)
  }
  const open = async (overrides: Parameters<typeof openReviewServer>[1] = {}): Promise<void> => {
    desk = await openReviewServer([], { documents, ...overrides })
  }
  const ask = async (path: string, options: RequestInit = {}) => {
    const answer = await fetch(`${desk.url}/api/documents${path}`, options)
    const text = await answer.text()
    const isJson = answer.headers.get('content-type')?.includes('json') === true
    return {
      status: answer.status,
      headers: answer.headers,
      text,
      body: isJson ? JSON.parse(text) : null,
    }
  }
  const post = (path: string) => ask(path, { method: 'POST' })

  test('are found, shown and taken along', async () => {
    await open()
    accept('a', { fileName: '=cmd|x.pdf' })
    accept('b')
    expect((await ask('?q=nordlicht-2024&sort=received')).body).toMatchObject({
      total: 1,
      ready: true,
    })
    expect((await ask('?state=accepted,dead&limit=1')).body.next).not.toBeNull()
    const shown = await ask('/a')
    expect(shown.body).toMatchObject({
      state: 'accepted',
      nextRevision: 1,
      model: 'invoice/3',
      may: ['correct', 'reject', 'read_again'],
    })
    expect(shown.body.history.map(({ what }: { what: string }) => what)).toEqual([
      'extracted',
      'settled',
    ])
    const original = await ask('/a/original')
    expect([original.status, original.text]).toEqual([200, 'the bytes'])
    expect(original.headers.get('content-disposition')).toBe(
      `attachment; filename="_cmd_x.pdf"; filename*=UTF-8''%3Dcmd%7Cx.pdf`,
    )
    const file = await ask('?format=csv')
    expect([file.headers.get('x-more'), file.text]).toEqual([
      null,
      expect.stringContaining(`'=cmd|x.pdf`),
    ])
    expect((await ask('/a/values')).text).toContain(',grand_total,1066.70,"1.066,70",')
    expect((await ask('/b/neighbours?sort=received')).body).toEqual({ previous: 'a', next: null })
    expect((await fetch(`${desk.url}/api/documents/a/pages/9`)).status).toBe(404)
  })

  test('that are more than one file takes come with a header that says so', async () => {
    accept('a')
    accept('b')
    const few: typeof index = { ...index, find: (query) => index.find(query, { limit: 1 }) }
    await open({ documents: { ...documents, index: () => few } })
    const { headers, text } = await ask('?format=csv')
    expect([headers.get('x-more'), text.trim().split('\n').length]).toEqual(['true', 2])
  })

  test('that are not there, or asked for wrongly, are problems', async () => {
    await open()
    for (const [path, status, code] of [
      ['/nobody', 404, 'NOT_FOUND'],
      ['/nobody/original', 404, 'NOT_FOUND'],
      ['/nobody/neighbours', 404, 'NOT_FOUND'],
      ['?state=gone', 400, 'REQUEST_INVALID'],
      ['?sort=size', 400, 'REQUEST_INVALID'],
      ['?after=x', 400, 'REQUEST_INVALID'],
      ['?least=much', 400, 'REQUEST_INVALID'],
      [`?q=${'x'.repeat(501)}`, 400, 'REQUEST_INVALID'],
      ['?unknown=1', 400, 'REQUEST_INVALID'],
    ] as const)
      expect([path, (await ask(path)).body]).toMatchObject([path, { status, code }])
    isReady = false
    expect((await ask('/nobody')).body).toMatchObject({ status: 503, code: 'NOT_READY' })
  })

  test('accepted without a person get a closed task, and can then be corrected', async () => {
    await open()
    accept('a')
    expect((await post('/a/task')).body).toEqual({ documentId: 'a', nextRevision: 1 })
    expect(desk.store.summary('a')?.state).toBe('closed')
    const answer = { revision: 1, reviewer: 'mara', decision: 'rejected', comment: 'not ours' }
    const correct = () =>
      ask('/a/verdict', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(answer),
      })
    expect((await correct()).status).toBe(201)
    expect((await correct()).body).toMatchObject({ status: 409, code: 'VERDICT_STALE' })
    expect(desk.log).toMatchObject([{ basis: 'correction', decision: 'rejected', revision: 1 }])
    accept('old')
    expect((await post('/old/task')).body).toMatchObject({ status: 409, code: 'WORDS_GONE' })
  })

  test('are read again, unless a person has decided or nothing is there', async () => {
    await open()
    accept('a')
    take('new', { ...extracted, sha256: 'c'.repeat(64) }, foldExtracted)
    expect((await post('/a/read-again')).status).toBe(202)
    expect(sent).toEqual(['a'])
    expect((await post('/new/read-again')).body).toMatchObject({ code: 'NOT_SETTLED' })
    expect((await ask('/new/original')).body).toMatchObject({ status: 404, code: 'BLOB_MISSING' })
    index.take({ topic: 't', partition: 0, offset: BigInt(offset) }, 'a', (facts) =>
      foldErasure(facts, { partition: 0, offset, time: 5_000, of: null }),
    )
    expect((await ask('/a')).body).toMatchObject({ state: 'erased', fields: [], may: [] })
    expect((await post('/a/read-again')).body).toMatchObject({ status: 409, code: 'NOT_SETTLED' })
    expect((await ask('/a/original')).status).toBe(404)
  })

  test('outside of one’s profiles and vendors are not there, and readers change nothing', async () => {
    const people = accountsTable()
    const user = (name: string, changes: Partial<User>): void =>
      people.set(name, userOf(name, { tokenHash: tokenHash(name), ...changes }))
    user('narrow', { vendors: ['v:other'] })
    user('reader', { role: 'reader' })
    await open({ accounts: madeAccounts({ people }).accounts })
    accept('a')
    const as = (name: string, path: string, method = 'GET') =>
      ask(path, { method, headers: { authorization: `Bearer ${name}` } })
    expect((await as('narrow', '?q=nordlicht')).body.total).toBe(0)
    for (const path of ['/a', '/a/original', '/a/values', '/a/neighbours', '/a/pages/1'])
      expect([path, (await as('narrow', path)).status]).toEqual([path, 404])
    for (const path of ['/a/task', '/a/read-again']) {
      expect([path, (await as('narrow', path, 'POST')).status]).toEqual([path, 404])
      expect([path, (await as('reader', path, 'POST')).status]).toEqual([path, 403])
    }
    expect((await as('reader', '/a')).status).toBe(200)
    expect(sent).toEqual([])
  })
})
