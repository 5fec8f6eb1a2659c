/**
 * `errata import …`: imports answers from other tools as verdicts. They go to `corrected` like
 * those of the review page, so learn, teach and the trainer treat them alike, and the audit log
 * names their author.
 *
 * A line is imported only if the document is known here (its task, or an earlier verdict), its text
 * is the same, and nobody has decided since the export. The same file again changes nothing.
 * Rejected lines are reported one by one and don't affect others.
 */

import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Config } from '../config.ts'
import { openProducer } from '../connectors/kafka/kafka.ts'
import { valuesOf, type ProdigyLine } from '../connectors/prodigy/prodigy.ts'
import { normaliserOf } from '../processors/review/interpret-input.ts'
import { documentContext } from '../processors/values/normalise.ts'
import { follow } from '../runtime/follow.ts'
import { judge } from '../processors/review/verdicts.ts'
import { unpackWords } from '../processors/document/words.ts'
import { loadProfiles, type Profiles } from '../schemas/profiles.ts'
import type { Field, Task, Verdict } from '../schemas/types.ts'
import { topicName } from '../topology.ts'
import { connect, type Connection } from '../operations/connect.ts'
import { openLog } from '../deploy/instance/log.ts'
import { verdictSender } from '../operations/publish.ts'
import { homeOf } from '../deploy/stack/stack.ts'

export interface ImportOptions {
  readonly reviewer: string | null // null: as the line says, else prodigy
}

/** A line of the file and its result. */
export interface Imported {
  readonly line: number
  readonly documentId: string | null
  readonly outcome: 'imported' | 'unchanged' | 'not accepted' | 'refused'
  readonly reason: string | null
}

/** A line of JSON for each line of the file on stdout; 1 where one was refused. */
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
      loadProfiles(join(homeOf(config), 'profiles')),
      await readLines(file),
      options,
    )
    for (const one of imported) process.stdout.write(`${JSON.stringify(one)}\n`)
    const count = (outcome: Imported['outcome']): number =>
      imported.filter((one) => one.outcome === outcome).length
    process.stderr.write(
      `${count('imported')} imported, ${count('unchanged')} unchanged, ${count('not accepted')} not accepted in Prodigy, ${count('refused')} refused\n`,
    )
    return count('refused') === 0 ? 0 : 1
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
  const known = await readKnown(
    config,
    connection,
    new Set(parsed.flatMap((line) => line?.errata.documentId ?? [])),
  )
  const producer = openProducer(connection.cluster)
  const send = verdictSender(config, connection, producer, () => undefined)
  try {
    const imported: Imported[] = []
    for (const [index, line] of parsed.entries()) {
      const say = (outcome: Imported['outcome'], reason: string | null = null): number =>
        imported.push({
          line: index + 1,
          documentId: line?.errata.documentId ?? null,
          outcome,
          reason,
        })
      if (line === null) say('refused', 'it is not a line that Errata exported')
      else if (line.answer !== 'accept') say('not accepted', line.answer ?? 'no answer')
      else {
        const made = verdictFrom(
          line,
          known.get(line.errata.documentId) ?? null,
          profiles,
          reviewer ?? annotatorOf(line),
        )
        if ('reason' in made) say('refused', made.reason)
        else if (made.verdict === null) say('unchanged')
        else {
          await send(made.verdict)
          known.set(made.verdict.documentId, {
            task: known.get(made.verdict.documentId)?.task ?? null,
            verdict: made.verdict,
          })
          say('imported')
        }
      }
    }
    return imported
  } finally {
    await producer.close()
  }
}

interface Known {
  readonly task: Task | null
  readonly verdict: Verdict | null // the latest
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
  const judged = judge({
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

/** Latest task and verdict of the requested documents. */
async function readKnown(
  config: Config,
  { cluster, registry }: Connection,
  wanted: ReadonlySet<string>,
): Promise<Map<string, Known>> {
  const tasks = new Map<string, Task>()
  const verdicts = new Map<string, Verdict>()
  const followed = [
    follow({
      cluster,
      registry,
      topic: 'needs-review',
      name: topicName('needs-review', config.topicPrefix),
      log: cluster.log,
      apply: (key, task) => {
        if (task === null) tasks.delete(key)
        else if (wanted.has(key) && task.revision >= (tasks.get(key)?.revision ?? 0))
          tasks.set(key, task)
      },
    }),
    follow({
      cluster,
      registry,
      topic: 'verdicts',
      name: topicName('verdicts', config.topicPrefix),
      log: cluster.log,
      apply: (key, verdict) => {
        if (verdict === null) verdicts.delete(key)
        else if (wanted.has(key) && verdict.revision > (verdicts.get(key)?.revision ?? 0))
          verdicts.set(key, verdict)
      },
    }),
  ]
  try {
    await Promise.race([
      Promise.all(followed.map(({ ready }) => ready)),
      ...followed.map(({ failed }) => failed),
    ])
    return new Map(
      [...new Set([...tasks.keys(), ...verdicts.keys()])].map((key) => [
        key,
        { task: tasks.get(key) ?? null, verdict: verdicts.get(key) ?? null },
      ]),
    )
  } finally {
    await Promise.all(followed.map((one) => one.stop()))
  }
}
