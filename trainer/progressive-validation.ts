/**
 * Progressive validation (Blum, Kalai and Langford 1999): each document is first read with what was
 * learned from those before it, then learned from, so every document is an unbiased test and none
 * is used for testing alone.
 *
 *   document ─► extract ─► review: a person who knows the truth ─► learn ─► teach ─► rules, active for the next document
 *                  └─────► accepted: nobody looks                    └────► after every n-th verdict: training and gate
 *
 * Runs the stages of the topology in memory and the review page's code for verdicts. They get only
 * the information that a deployment has: truth is used only for the reviewer's answers and for
 * counting.
 *
 * REPEATED MISTAKES. An accepted value that is wrong is a repeated mistake where a verdict had
 * already corrected this field for this vendor and it is the same mistake: the same wrong value, or
 * one that the same rule gave. The vendor is the one from extraction or the one from the truth,
 * whichever makes it a repetition. `recurred` is stricter: any wrong value accepted where this
 * field of this vendor was ever corrected before.
 */

import { claimsOf, type ClaimIndex } from '../processors/routing/duplicates.ts'
import type { FieldReader } from '../processors/model/reader.ts'
import { documentContext } from '../processors/document/context.ts'
import { normaliserOf } from '../processors/review/interpret-input.ts'
import { ruleTable } from '../processors/rules/rule-table.ts'
import { verdictOfAnswer } from '../processors/review/verdicts.ts'
import { askedAccounts } from '../processors/review/asked-accounts.ts'
import { payeeTable } from '../processors/rules/payees.ts'
import { openInMemory, type InMemoryTopology } from '../runtime/in-memory.ts'
import type { Profile, Profiles } from '../schemas/profiles.ts'
import type { Extracted, Field, Ocr, Reason, Task, Verdict } from '../schemas/types.ts'
import type { Example } from './dataset.ts'
import { lettersAndDigits } from './labels.ts'
import { remarksOn, type Remark } from './simulated-reviewer.ts'

export const arms = ['none', 'rules', 'retrain', 'both'] as const
export type Arm = (typeof arms)[number]

/** A document to read, and the truth about it. */
export interface LabelledDocument {
  readonly document: Ocr
  readonly example: Example
}

/** The result of a training: the reader to continue with if the gate passed it. */
export interface Schooling {
  readonly promoted: FieldReader | null
  readonly reasons: readonly string[]
}

export interface Course {
  readonly profile: Profile
  readonly profiles: Profiles
  readonly arm: Arm
  readonly start: FieldReader | null
  readonly train: (verdicts: readonly Verdict[]) => Promise<Schooling>
  readonly trainEvery: number // verdicts; 0: never
  readonly sampleShare: number
  readonly known: ClaimIndex
  readonly now: number // ms since 1970
}

/** What happened to one document. */
export interface Step {
  readonly id: string
  readonly vendor: string
  readonly company: string // the issuer by the truth
  readonly model: string | null
  readonly fields: readonly Field[]
  readonly route: 'accepted' | 'review'
  readonly reasons: readonly Reason[]
  readonly priority: number
  readonly sampled: boolean
  readonly counted: readonly string[] // fields with a predicted or true value
  readonly wrong: readonly string[] // fields read wrong or not at all
  readonly edits: readonly string[] // fields that the person changed
  // accepted mistakes that were corrected before (the same mistake)
  readonly repeated: readonly string[]
  // accepted mistakes in a field and vendor that were corrected before
  readonly recurred: readonly string[]
  readonly rules: number // rules written because of the verdict
  readonly training: Schooling | null // trainings triggered by this document's verdict
}

const reviewer = 'truth'

export async function* validateProgressively(
  course: Course,
  lessons: AsyncIterable<LabelledDocument> | Iterable<LabelledDocument>,
): AsyncGenerator<Step> {
  const { profile } = course
  const state: State = {
    training: new Map(),
    corrections: new Set(),
    reader: course.start,
    documents: 0,
    untrained: 0,
    extracted: null,
    task: null,
    ruleChanges: 0,
  }
  const topology = openCourse(course, state)
  for await (const { document, example } of lessons) {
    const { extracted, task } = await read(document, topology, state)
    const remarks = remarksOn(extracted.fields, example, profile)
    const wrong = remarks.filter(({ outcome }) => outcome === 'wrong').map(({ field }) => field)
    const marks = marksOf(extracted, example, wrong)

    const rules = task === null ? 0 : await answer(task, remarks, example, course, topology, state)
    const training = task === null ? null : await schooling(course, state)
    const accepted = extracted.route === 'accepted' ? wrong : []
    const isKnown = (mark: string): boolean => state.corrections.has(mark)
    yield {
      id: document.documentId,
      vendor: extracted.vendor.id,
      company: example.vendor,
      model: extracted.model === null ? null : `${extracted.model.name}/${extracted.model.version}`,
      fields: extracted.fields,
      route: extracted.route,
      reasons: extracted.reasons,
      priority: task?.priority ?? 0,
      sampled: extracted.sampled,
      counted: remarks.filter(({ counts }) => counts).map(({ field }) => field),
      wrong,
      edits: task === null ? [] : wrong,
      repeated: accepted.filter((field) => marks.same(field).some(isKnown)),
      recurred: accepted.filter((field) => marks.any(field).some(isKnown)),
      rules,
      training,
    }
    if (task === null) continue
    for (const field of wrong)
      for (const mark of [...marks.same(field), ...marks.any(field)]) state.corrections.add(mark)
  }
}

/** The state of a deployment, and its latest outputs. */
interface State {
  readonly training: Map<string, Verdict> // verdicts to train on, by key
  readonly corrections: Set<string> // identifiers of corrected mistakes
  reader: FieldReader | null
  documents: number // read so far
  untrained: number // verdicts since the last training
  extracted: Extracted | null
  task: Task | null
  ruleChanges: number
}

/** The stages of this arm, and what follows their topics. */
function openCourse(course: Course, state: State): InMemoryTopology {
  const { profile, profiles, arm, known, now, sampleShare } = course
  const teaches = arm === 'rules' || arm === 'both'
  const rules = ruleTable()
  const payees = payeeTable()
  const common = { profiles }
  return openInMemory({
    now: () => now,
    uses: {
      extract: () => ({
        profiles,
        readerOf: () => state.reader,
        rulesOf: rules.rulesOf,
        rulesVersion: String(state.documents),
        now,
        sampleShare,
        known,
        payees,
      }),
      learn: () => common,
      ...(teaches ? { teach: () => common } : {}),
    },
    follow: {
      extracted({ key, value }) {
        if (value === null) return
        state.extracted = value
        known.add(claimsOf(value, profile), key, value.vendor.id)
      },
      'needs-review': ({ value }) => void (state.task = value),
      training({ key, value }) {
        if (value !== null) state.training.set(key, value)
      },
      rules({ key, value }) {
        rules.put(key, value)
        state.ruleChanges++
      },
      payees: ({ key, value }) => payees.put(key, value),
      dead({ value }) {
        throw new RangeError(`${value?.stage} refuses ${value?.documentId}: ${value?.message}`)
      },
    },
  })
}

async function read(
  document: Ocr,
  topology: InMemoryTopology,
  state: State,
): Promise<{ readonly extracted: Extracted; readonly task: Task | null }> {
  state.task = null
  await topology.write('ocr', document.documentId, document)
  state.documents++
  return { extracted: state.extracted as Extracted, task: state.task }
}

/**
 * Passes a person's verdict on a task through learn and teach; returns the number of rules written.
 */
async function answer(
  task: Task,
  remarks: readonly Remark[],
  example: Example,
  { profile, now }: Course,
  topology: InMemoryTopology,
  state: State,
): Promise<number> {
  const before = state.ruleChanges
  const verdict = verdictOf(task, remarks, profile, example, now + state.documents)
  await topology.write('verdicts', task.documentId, verdict)
  return state.ruleChanges - before
}

/** Trains after every n-th verdict, and continues with a reader that passed the gate. */
async function schooling(course: Course, state: State): Promise<Schooling | null> {
  const trains = course.arm === 'retrain' || course.arm === 'both'
  if (!trains || ++state.untrained !== course.trainEvery) return null
  state.untrained = 0
  const result = await course.train([...state.training.values()])
  state.reader = result.promoted ?? state.reader
  return result
}

/** The person's answer as the review page would send it. */
function verdictOf(
  task: Task,
  remarks: readonly Remark[],
  profile: Profile,
  { print }: Example,
  at: number,
): Verdict {
  const asked = new Set(askedAccounts(task.reasons).map((one) => one.field))
  const fields = remarks.flatMap(
    ({ field, given }) => given ?? (asked.has(field) ? { name: field, value: null } : []),
  )
  const judged = verdictOfAnswer({
    task,
    profile,
    basis: 'task',
    now: at,
    normalise: normaliserOf(documentContext(print)),
    answer: { revision: task.revision + 1, reviewer, decision: 'corrected', fields },
  })
  if ('verdict' in judged) return judged.verdict
  throw new RangeError(
    `an answer that is none: ${judged.problems.map(({ field, reason }) => `${field ?? ''} ${reason}`).join('; ')}`,
  )
}

/** Identifies a mistake, to recognise its repetition. */
function marksOf(
  extracted: Extracted,
  example: Example,
  wrong: readonly string[],
): { readonly same: (field: string) => string[]; readonly any: (field: string) => string[] } {
  const vendors = [`vendor ${extracted.vendor.id}`, `company ${example.vendor}`]
  const causes = new Map(
    wrong.map((name) => {
      const field = extracted.fields.find((candidate) => candidate.name === name)
      return [
        name,
        [
          `value ${lettersAndDigits(field?.value ?? '')}`,
          ...(field?.origin === 'rule' ? [`rule ${field.originId}`] : []),
        ],
      ]
    }),
  )
  return {
    same: (field) =>
      vendors.flatMap((vendor) =>
        (causes.get(field) ?? []).map((cause) => JSON.stringify([vendor, field, cause])),
      ),
    any: (field) => vendors.map((vendor) => JSON.stringify([vendor, field])),
  }
}
