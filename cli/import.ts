/**
 * `errata import …`: imports answers from other tools as verdicts. They go to `corrected` like
 * those of the review page, so learn, teach and the trainer treat them alike, and the audit log
 * names their author.
 *
 * A line is imported only if the document is known here (its task, or an earlier verdict), its text
 * is the same, and nobody has decided since the export. The same file again changes nothing.
 * Rejected lines are reported one by one and don't affect others, also those that judge refuses.
 */

import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Config } from '../config.ts'
import { openProducer } from '../connectors/kafka/kafka.ts'
import { valuesOf, type ProdigyLine } from '../connectors/prodigy/prodigy.ts'
import { normaliserOf } from '../processors/review/interpret-input.ts'
import { documentContext } from '../processors/document/context.ts'
import { verdictOfAnswer } from '../processors/review/verdicts.ts'
import { unpackWords } from '../processors/document/words.ts'
import { type Profiles } from '../schemas/profiles.ts'
import type { Field, Task, Verdict } from '../schemas/types.ts'
import { readProfiles } from '../operations/profiles.ts'
import { connect, type Connection } from '../operations/connect.ts'
import { openLog } from '../deploy/instance/log.ts'
import { verdictSender } from '../operations/publish.ts'
import { openKnown, type Judged, type Known, type KnownDocuments } from './import-known.ts'

const judgedWithinMs = 30_000 // after the start; judge takes milliseconds for each

export interface ImportOptions {
  readonly reviewer: string | null // null: as the line says, else prodigy
}

/** A line of the file and its result. */
export interface Imported {
  readonly line: number
  readonly documentId: string | null
  readonly outcome: 'imported' | 'unchanged' | 'not accepted' | 'refused' | 'waiting'
  readonly reason: string | null
}

/** A line of JSON for each line of the file on stdout; 1 where one was refused, or not judged. */
export async function importProdigy(
  config: Config,
  file: string,
  options: ImportOptions,
): Promise<number> {
  const connection = await connect(config, openLog({ logLevel: 'error' }, 'import'))
  try {
    const imported = await importLines(
      config,
      connection,
      await readProfiles(config, connection),
      await readLines(file),
      options,
    )
    for (const one of imported) process.stdout.write(`${JSON.stringify(one)}\n`)
    const count = (outcome: Imported['outcome']): number =>
      imported.filter((one) => one.outcome === outcome).length
    process.stderr.write(
      `${count('imported')} imported, ${count('unchanged')} unchanged, ${count('not accepted')} not accepted in Prodigy, ${count('refused')} refused, ${count('waiting')} not judged yet\n`,
    )
    return count('refused') + count('waiting') === 0 ? 0 : 1
  } finally {
    await connection.close()
  }
}

export async function importLines(
  config: Config,
  connection: Connection,
  profiles: Profiles,
  lines: readonly string[],
  { reviewer }: ImportOptions,
): Promise<Imported[]> {
  const parsed = lines.map((text) => parse(text))
  const wanted = new Set(parsed.flatMap((line) => line?.errata.documentId ?? []))
  const known = await openKnown(config, connection, wanted)
  const producer = openProducer(connection.cluster)
  const send = verdictSender(config, connection, producer, () => undefined)
  const written = new Map<string, Verdict>() // by document: what this file says of it
  try {
    const results: Promise<Imported>[] = []
    const end = performance.now() + judgedWithinMs
    for (const [index, line] of parsed.entries()) {
      const documentId = line?.errata.documentId ?? null
      const result = (outcome: Imported['outcome'], reason: string | null = null): Imported => ({
        line: index + 1,
        documentId,
        outcome,
        reason,
      })
      const made = verdictOf(line, known, written, profiles, reviewer)
      if ('outcome' in made) results.push(Promise.resolve(result(made.outcome, made.reason)))
      else {
        const at = await send(made.verdict)
        written.set(made.verdict.documentId, made.verdict)
        const judged = known.judged(at, Math.max(0, end - performance.now()))
        results.push(judged.then((one) => result(...outcomeOf(one))))
      }
    }
    return await Promise.all(results)
  } finally {
    await producer.close()
    await known.stop()
  }
}

function outcomeOf(judged: Judged): [outcome: Imported['outcome'], reason: string | null] {
  if (judged === null)
    return ['waiting', 'written, and not judged yet: is the stage judge running?']
  return judged.refusal === null ? ['imported', null] : ['refused', judged.refusal]
}

/** What a line says, or why it says nothing. */
function verdictOf(
  line: ProdigyLine | null,
  known: KnownDocuments,
  written: ReadonlyMap<string, Verdict>,
  profiles: Profiles,
  reviewer: string | null,
):
  | { readonly verdict: Verdict }
  | { readonly outcome: Imported['outcome']; readonly reason: string | null } {
  if (line === null) return { outcome: 'refused', reason: 'it is not a line that Errata exported' }
  if (line.answer !== 'accept')
    return { outcome: 'not accepted', reason: line.answer ?? 'no answer' }
  const { documentId } = line.errata
  const before = known.of(documentId)
  const own = written.get(documentId)
  const now = own === undefined ? before : { task: before?.task ?? null, verdict: own }
  const made = verdictFrom(line, now, profiles, reviewer ?? annotatorOf(line))
  if ('reason' in made) return { outcome: 'refused', reason: made.reason }
  return made.verdict === null ? { outcome: 'unchanged', reason: null } : { verdict: made.verdict }
}

/** Null: the line states what already holds. */
function verdictFrom(
  line: ProdigyLine,
  known: Known | null,
  profiles: Profiles,
  reviewer: string,
): { readonly verdict: Verdict | null } | { readonly reason: string } {
  if (known === null) return { reason: 'no task and no verdict of this document is known' }
  const before = known.verdict
  const task = known.task ?? taskOf(before as Verdict)
  const profile = profiles.get(task.profile)
  if (profile === undefined) return { reason: `there is no profile ${task.profile}` }
  const words = unpackWords(task.words)
  const values = valuesOf(
    line,
    words,
    (name) => profile.fields.find((field) => field.name === name)?.type ?? null,
  )
  if ('problem' in values) return { reason: values.problem }
  const lineItems = before === null ? {} : { lineItems: rowsGiven(before) }
  const judged = verdictOfAnswer({
    task,
    profile,
    basis: before === null ? 'task' : 'correction',
    now: Date.now(),
    normalise: normaliserOf(documentContext({ pages: task.pages, words })),
    answer: {
      revision: Math.max(before?.revision ?? 0, task.revision) + 1,
      reviewer,
      decision: 'corrected',
      fields: values.given,
      ...lineItems,
    },
  })
  if ('problems' in judged)
    return {
      reason: judged.problems
        .map(({ field, reason }) => `${field ?? ''} ${reason}`.trim())
        .join('; '),
    }
  if (before !== null && saysTheSame(before, judged.verdict)) return { verdict: null }
  if (before !== null && line.errata.revision < before.revision)
    return { reason: `somebody has decided since: revision ${before.revision}` }
  return { verdict: judged.verdict }
}

function rowsGiven({ lineItems }: Verdict) {
  return lineItems.map(({ cells }) => ({
    cells: cells.map(({ name, value, words }) => ({ name, value, words })),
  }))
}

function saysTheSame(before: Verdict, now: Verdict): boolean {
  return before.decision !== 'rejected' && saidBy(before.fields) === saidBy(now.fields)
}

function saidBy(fields: readonly Field[]): string {
  return JSON.stringify(
    fields
      .filter(({ value }) => value !== null)
      .map(({ name, value, words }) => [name, value, [...words].sort((a, b) => a - b)])
      .sort((a, b) => (String(a) < String(b) ? -1 : 1)),
  )
}

/** The task that a verdict answered, for a document whose task is gone. */
function taskOf(verdict: Verdict): Task {
  return {
    ...verdict,
    priority: 0,
    reasons: [],
    fields: verdict.predicted,
    candidates: [],
    lineItems: verdict.predictedLineItems,
    checks: [],
  }
}

function annotatorOf(
  line: ProdigyLine & { readonly _annotator_id?: string; readonly _session_id?: string | null },
): string {
  return line._annotator_id ?? line._session_id ?? 'prodigy'
}

function parse(text: string): ProdigyLine | null {
  try {
    const line = JSON.parse(text) as Partial<ProdigyLine> | null
    const spans = line?.spans ?? []
    const whole =
      typeof line?.text === 'string' &&
      typeof line.errata?.documentId === 'string' &&
      Number.isInteger(line.errata.revision) &&
      typeof line.errata.values === 'object' &&
      line.errata.values !== null &&
      Array.isArray(spans) &&
      spans.every(
        (span) =>
          Number.isInteger(span?.start) &&
          Number.isInteger(span?.end) &&
          typeof span?.label === 'string',
      )
    return whole ? ({ ...line, spans } as ProdigyLine) : null
  } catch {
    return null
  }
}

async function readLines(file: string): Promise<string[]> {
  const lines: string[] = []
  for await (const line of createInterface({
    input: createReadStream(file, 'utf8'),
    crlfDelay: Infinity,
  }))
    if (line.trim() !== '') lines.push(line)
  return lines
}
