/** Which task a verdict answers: what both must say alike. */

import type { Task, Verdict } from '../../schemas/types.ts'
import { subjectOf } from './subject.ts'
import { textHash } from '../shared/text-hash.ts'

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
  return textHash(JSON.stringify([text, ends]))
}

function printOf(subject: string, { words: { text, ends } }: Pick<Task, 'words'>): string {
  return textHash(JSON.stringify([subject, text, ends]))
}
