/**
 * The worked example of docs/own-documents.md, as somebody works through it: a kind of document that
 * Errata has never seen, from its profile to documents that are read right. Over the HTTP API, as
 * the review page uses it.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { putCommand } from '../../cli/profiles.ts'
import { openBlobs } from '../../connectors/blobs/blobs.ts'
import { followProfiles, type FollowedProfiles } from '../../deploy/services/follow-profiles.ts'
import type { Part } from '../../deploy/services/service.ts'
import { startStage } from '../../deploy/services/stages.ts'
import { startWeb } from '../../deploy/services/web.ts'
import { connect, type Connection } from '../../operations/connect.ts'
import { ensureTopics } from '../../operations/topics.ts'
import { pdfOf } from '../papers.ts'
import { openPort } from '../ports.ts'
import { testConfig } from '../stack.ts'
import { quiet } from '../toys.ts'
import { call } from './call.ts'

const home = mkdtempSync(join(tmpdir(), 'errata-delivery-notes-'))
let config = testConfig({ home, sampleShare: 0 })
let connection: Connection
let profiles: FollowedProfiles
let parts: Part[] = []

type Values = Readonly<Record<string, string>>

interface Note {
  readonly bytes: Buffer
  /** What a person sees on it, by field. */
  readonly printed: Values
}

/** The `number`th note of one of two suppliers that have nothing in common. */
async function note(supplier: 'wood' | 'parts', number: number): Promise<Note> {
  const day = String(3 + 2 * number).padStart(2, '0')
  const packages = String(4 + 3 * number)
  const [name, identifier, date, lines] =
    supplier === 'wood'
      ? [
          'Holz Berger GmbH',
          `LS-${4_100 + 7 * number}`,
          `${day}.03.2026`,
          ['USt-IdNr. DE136695976', 'Lieferschein Nr.', 'Lieferdatum', 'Ihre Bestellung', 'Kolli'],
        ]
      : [
          'Nordic Parts AS',
          `DN/${26_000 + 13 * number}`,
          `${day}/03/2026`,
          ['Phone +47 22 83 45 10', 'Delivery note', 'Date of delivery', 'Your order', 'Packages'],
        ]
  const [who, ...labels] = lines as [string, string, string, string, string]
  const order = `PO-${700 + 11 * number}`
  const values = [identifier, date, order, packages]
  const [left, right] = supplier === 'wood' ? [50, 170] : [300, 440]
  const bytes = await pdfOf([
    { text: name, x: 50, y: 790, size: 16 },
    { text: who, x: 50, y: 770 },
    ...labels.flatMap((text, i) => [
      { text, x: left, y: 690 - 24 * i },
      { text: values[i] as string, x: right, y: 690 - 24 * i },
    ]),
  ])
  const [delivery_note_number, delivery_date, purchase_order] = values as [string, string, string]
  const printed = {
    seller_name: name,
    delivery_note_number,
    delivery_date,
    purchase_order,
    packages,
  }
  return { bytes, printed }
}

const url = (path: string): string => `http://127.0.0.1:${config.httpPort}${path}`

async function post<T>(path: string, body: object): Promise<T> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url(path), { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

interface Task {
  readonly documentId: string
  readonly nextRevision: number
  readonly fields: readonly { readonly name: string; readonly value: string | null }[]
}

/** Sends a note and waits for its task. */
async function send({ bytes }: Note): Promise<Task> {
  const sent = await fetch(url('/documents?profile=delivery_note'), {
    method: 'POST',
    headers: { 'content-type': 'application/pdf' },
    body: new Uint8Array(bytes),
  })
  const { documentId } = (await sent.json()) as { documentId: string }
  return taskOf(documentId)
}

async function taskOf(documentId: string): Promise<Task> {
  for (const end = performance.now() + 30_000; performance.now() < end; await sleep(50)) {
    const found = await fetch(url(`/api/tasks/${encodeURIComponent(documentId)}`))
    if (found.ok) return (await found.json()) as Task
  }
  throw new Error(`no task of ${documentId}`)
}

/** What the printed texts mean, as the page learns it for a person who types them. */
async function meanings(task: Task, printed: Values) {
  const readings = Object.entries(printed).map(async ([field, text]) => {
    const path = `/api/documents/${encodeURIComponent(task.documentId)}/read`
    const { value, raw, page, words } = await post<{
      value: string
      raw: string | null
      page: number | null
      words: number[]
    }>(path, { field, text })
    return { name: field, value, raw, page, words }
  })
  return Promise.all(readings)
}

beforeAll(async () => {
  config = { ...config, httpPort: await openPort() }
  connection = await connect(config, quiet)
  await ensureTopics(connection.cluster, config)
  profiles = followProfiles({ config, connection, log: quiet }, join(home, 'profiles'))
  await profiles.ready
  const blobs = openBlobs(join(home, 'blobs'))
  const context = { config, home, connection, blobs, profiles, log: quiet }
  parts = await Promise.all([
    startStage(context, 'ocr'),
    startStage(context, 'extract'),
    startStage(context, 'judge'),
    startStage(context, 'learn'),
    startStage(context, 'teach'),
    startWeb(context),
  ])
}, 120_000)

afterAll(async () => {
  await Promise.all(parts.map((part) => part.stop()))
  await profiles?.stop()
  await connection?.close()
  rmSync(home, { recursive: true, force: true })
}, 60_000)

/** How many values of the open task are right; looks again while rules are on their way. */
async function countRight(documentId: string, truth: Values, patienceMs: number): Promise<number> {
  for (const end = performance.now() + patienceMs; ; await sleep(100)) {
    const { fields } = await taskOf(documentId)
    const right = fields.filter(({ name, value }) => truth[name] === value).length
    if (right === Object.keys(truth).length || performance.now() > end) return right
  }
}

test('a kind of document nobody has seen is read right from the second of a supplier on', async () => {
  const published = await call(() => putCommand(config, ['docs/examples/delivery_note.json']))
  expect(published).toMatchObject({ code: 0 })
  const right: number[] = []
  for (let i = 0; i < 10; i++) {
    const sent = await note(i % 2 === 0 ? 'wood' : 'parts', Math.floor(i / 2))
    const task = await send(sent)
    const fields = await meanings(task, sent.printed)
    const truth = Object.fromEntries(fields.map(({ name, value }) => [name, value]))
    right.push(await countRight(task.documentId, truth, i < 2 ? 0 : 30_000))
    await post(`/api/tasks/${encodeURIComponent(task.documentId)}/verdict`, {
      revision: task.nextRevision,
      reviewer: 'ada',
      decision: 'corrected',
      fields,
    })
  }
  expect(right).toEqual([0, 0, 5, 5, 5, 5, 5, 5, 5, 5])
}, 180_000)
