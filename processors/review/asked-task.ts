/** Which task a verdict answers: what both must say alike. */

import { createHash } from 'node:crypto'
import type { Task, Verdict } from '../../schemas/types.ts'
import { subjectOf } from './subject.ts'

/** Of a task: the document's bytes, what was read of them, and the words that a value points to. */
export function taskPrint(task: Task): string {
  return printOf(subjectOf(task, task.fields, task.lineItems), task)
}

/** Of the task that the verdict repeats. */
export function answeredPrint(verdict: Verdict): string {
  return printOf(subjectOf(verdict, verdict.predicted, verdict.predictedLineItems), verdict)
}

/** Of the words alone: what indexes of words belong to. */
export function wordsPrint({ words: { text, ends } }: Pick<Task, 'words'>): string {
  return hashOf([text, ends])
}

function printOf(subject: string, { words: { text, ends } }: Pick<Task, 'words'>): string {
  return hashOf([subject, text, ends])
}

function hashOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22) // 132 bits
}
