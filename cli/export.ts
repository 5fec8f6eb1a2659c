/**
 * `errata export …`: verdicts or tasks in the formats of other tools. Lines go to stdout, or to a
 * file with --out.
 */

import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { Config } from '../config.ts'
import { prodigyLine, type ProdigyLine } from '../connectors/prodigy/prodigy.ts'
import { follow } from '../runtime/follow.ts'
import { taskQueue } from '../processors/review/review-queue.ts'
import { unpackWords } from '../processors/document/words.ts'
import { profileOf } from '../schemas/profiles.ts'
import type { Task, Verdict } from '../schemas/types.ts'
import { topicName } from '../topology.ts'
import { readProfiles } from '../operations/profiles.ts'
import { connect, type Connection } from '../operations/connect.ts'
import { openLog } from '../deploy/instance/log.ts'
import { readSnapshot } from '../operations/read-snapshot.ts'

export interface ExportOptions {
  readonly profile: string
  readonly out: string | null // stdout
  readonly tasks: boolean // open tasks instead of verdicts
}

/**
 * Prodigy's JSONL: the latest verdict of each document, or the open tasks with their predictions.
 */
export async function exportProdigy(
  config: Config,
  { profile, out, tasks }: ExportOptions,
): Promise<number> {
  const connection = await connect(config, openLog({ logLevel: 'error' }, 'export'))
  try {
    profileOf(await readProfiles(config, connection), profile)
    const lines = tasks
      ? (await openTasks(config, connection, profile)).map(lineOfTask)
      : (await readSnapshot(config, connection, profile)).verdicts.map(lineOfVerdict)
    const text = lines.map((line) => `${JSON.stringify(line)}\n`)
    if (out === null) await pipeline(text, process.stdout, { end: false }).catch(unlessClosed)
    else await pipeline(text, createWriteStream(out))
    process.stderr.write(`${lines.length} documents\n`)
    return 0
  } finally {
    await connection.close()
  }
}

/** The reader of our output may close it early, as `head` does. */
function unlessClosed(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
}

export function lineOfVerdict(verdict: Verdict): ProdigyLine {
  return prodigyLine({
    ...verdict,
    vendor: verdict.vendor.name ?? verdict.vendor.id,
    words: unpackWords(verdict.words),
  })
}

export function lineOfTask(task: Task): ProdigyLine {
  return prodigyLine({
    ...task,
    vendor: task.vendor.name ?? task.vendor.id,
    reviewer: null,
    words: unpackWords(task.words),
  })
}

/** Tasks that no verdict covers, by the rule of the review queue. */
async function openTasks(
  config: Config,
  { cluster, registry }: Connection,
  profile: string,
): Promise<Task[]> {
  const queue = taskQueue()
  const whole = new Map<string, Task>()
  const tasks = follow({
    cluster,
    registry,
    topic: 'needs-review',
    name: topicName('needs-review', config.topicPrefix),
    log: cluster.log,
    apply: (key, task, at) => {
      if (task !== null && task.profile !== profile) return
      if (!queue.addTask(key, task, at)) return
      if (task === null) whole.delete(key)
      else whole.set(key, task)
    },
  })
  const verdicts = follow({
    cluster,
    registry,
    topic: 'verdicts',
    name: topicName('verdicts', config.topicPrefix),
    log: cluster.log,
    apply: (key, verdict) => void queue.addVerdict(key, verdict),
  })
  try {
    await Promise.race([Promise.all([tasks.ready, verdicts.ready]), tasks.failed, verdicts.failed])
    return [...whole.values()]
      .filter(({ documentId }) => queue.summary(documentId)?.state === 'open')
      .sort((a, b) => (a.documentId < b.documentId ? -1 : 1))
  } finally {
    await Promise.all([tasks.stop(), verdicts.stop()])
  }
}
