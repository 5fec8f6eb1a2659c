/**
 * Submitting: a wrong or unsure value holds the answer back first, an account that nobody has
 * confirmed each time, then warnings that are answered by name. What the server refuses is shown at
 * its field.
 */

import { useEffect, useRef } from 'preact/hooks'
import { holder } from '../shared/api.ts'
import type { ReviewAnswer } from '../../connectors/http/contract/types.ts'
import { isOpenAccount, selectValue, type Editor } from './editor.ts'
import { amend } from './history.ts'
import * as sessions from './session.ts'
import type { FieldProblem, UnsavedAnswer } from './use-queue-state.ts'
import type { ReviewQueue } from './use-review-queue.ts'
import { warningsOf, type Warning } from './warnings.tsx'

interface Submission {
  readonly editor: Editor
  readonly queue: ReviewQueue
  readonly reviewer: string
  readonly mayAnswer: boolean
  readonly openedAt: number
  readonly unsaved: UnsavedAnswer | null
  /** The reviewer was warned about unsure fields and has changed nothing since. */
  readonly warned: { current: boolean }
  readonly askName: () => void
  /** Asks whether these stand; `submitDespite` goes on. */
  readonly askWarnings: (warnings: readonly Warning[]) => void
}

export interface Submit {
  readonly submit: () => void
  /** Submits although fields are unsure, if the reviewer was warned; else it warns. */
  readonly submitAnyway: () => void
  /** Submits what only these warnings held back: the reviewer lets them stand. */
  readonly submitDespite: (accepted: readonly string[]) => void
  readonly reject: (reason: string | null) => void
  /** Tries the last submit again. */
  readonly retry: () => void
}

export function useSubmit(submission: Submission): Submit {
  const { editor, queue, reviewer, mayAnswer, openedAt, unsaved, warned } = submission
  const { task, answering, say } = editor
  const tried = useRef<ReviewAnswer | null>(unsaved?.given ?? null)
  const submits = useRef(0)
  const send = async (
    decision: 'corrected' | 'rejected',
    comment: string | null,
    acceptedWarnings: readonly string[] = [],
  ): Promise<boolean | null> => {
    if (reviewer === '') {
      submission.askName()
      return false
    }
    await answering.settled()
    say('')
    const outcome = await queue.answer(() => {
      tried.current = {
        revision: task.nextRevision,
        reviewer,
        decision,
        ...sessions.given(answering.present()),
        declined: answering.present().declined,
        evidence: sessions.evidenceIn(answering.present()),
        acceptedWarnings,
        holder,
        comment,
        openedAt,
        basedOn: task.version,
      }
      return tried.current
    })
    if (outcome === null) return null
    if (outcome.saved) {
      answering.forget()
      return true
    }
    say(outcome.problems.length > 0 ? (outcome.problems[0]?.reason ?? '') : 'Not saved.')
    showProblems(editor, outcome.problems)
    return false
  }
  const reject = (reason: string | null): void => queue.submit(() => send('rejected', reason))
  const submitIf = (mayBeUnsure: boolean, accepted: readonly string[] = []): void =>
    queue.submit(async () => {
      if (!mayAnswer) return null
      const submit = ++submits.current
      answering.finish()
      await answering.settled()
      const open = holdBack(editor, warned, mayBeUnsure)
      if (open !== null) {
        say(open)
        return false
      }
      const warnings = await warningsNow(editor)
      if (submit !== submits.current) return null // the key came again meanwhile: that one asks
      const names = warnings.map(({ name }) => name)
      if (names.every((name) => accepted.includes(name))) return send('corrected', null, names)
      submission.askWarnings(warnings)
      return false
    })
  useEffect(() => {
    if (unsaved !== null) showProblems(editor, unsaved.problems)
  }, [])
  return {
    submit: () => submitIf(false),
    submitAnyway: () => submitIf(true),
    submitDespite: (accepted) => submitIf(true, accepted),
    reject,
    retry: () =>
      tried.current?.decision === 'rejected'
        ? reject(tried.current.comment ?? null)
        : submitIf(true, tried.current?.acceptedWarnings),
  }
}

/**
 * Selects a wrong value, or an unsure one, and returns the warning; null if the answer can be sent.
 * Unsure values take another key than the one that warns: a key pressed twice is no decision.
 */
function holdBack(
  editor: Editor,
  warned: { current: boolean },
  mayBeUnsure: boolean,
): string | null {
  const present = editor.answering.present()
  const wrong = [...present.fields, ...present.rows.flat()].find((entry) => entry.problem !== null)
  if (wrong !== undefined) {
    selectValue(editor, wrong.key)
    return `${wrong.label}: ${wrong.problem}.`
  }
  const account = present.fields.find(isOpenAccount)
  if (account !== undefined) {
    selectValue(editor, account.key)
    return `${account.label}: compare the accounts and confirm this one by itself (Alt K).`
  }
  const { unsure } = sessions.openQuestions(present)
  if (unsure === 0 || (mayBeUnsure && warned.current)) return null
  warned.current = true
  if (sessions.find(present, present.selected)?.state !== 'unsure')
    selectValue(editor, sessions.nextUnsure(present, present.selected) ?? present.selected)
  const fields = unsure === 1 ? 'field is' : 'fields are'
  return `${unsure} ${fields} still unsure. Ctrl Shift Enter submits anyway.`
}

async function warningsNow({ task, answering }: Editor): Promise<Warning[]> {
  const checks = await answering.checksNow()
  const label = (field: string): string => sessions.find(answering.present(), field)?.label ?? field
  return warningsOf(task.reasons, checks, label)
}

/** Shows each problem at its value and selects the last of them. */
function showProblems({ answering }: Editor, problems: readonly FieldProblem[]): void {
  for (const { field, reason } of problems) {
    if (field === null) continue
    const key = field.replace(/^lineItems\[(\d+)\]\./, '#$1.')
    const marked = sessions.patch(answering.present(), key, { problem: reason })
    answering.apply(amend(answering.now().history, sessions.select(marked, key)))
  }
}
