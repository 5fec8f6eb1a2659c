/** What an answer will teach, shown before it is given; each lesson can be declined. */

import type { RuleKind } from '../../schemas/types.ts'
import type { FieldLesson } from '../../connectors/http/contract/types.ts'
import { printedAs, type PageWords } from './words.ts'
import type { Entry, Session } from './session.ts'

interface Props {
  readonly session: Session
  readonly words: PageWords
  readonly name: string // of the vendor, as a person knows it
  // null: not known yet
  readonly lessons: { readonly vendor: string | null; readonly list: readonly FieldLesson[] } | null
  readonly changed: readonly Entry[] // fields whose value differs from what was read
  readonly onDecline: (field: string) => void
}

export function Lessons({ session, words, name, lessons, changed, onDecline }: Props) {
  if (changed.length === 0 || lessons === null) return null
  if (lessons.vendor === null) {
    return (
      <section class="lessons" aria-label="What this teaches">
        <p class="none">
          Teaches the next model. Nothing on the document identifies its vendor, so there is no rule
          for it.
        </p>
      </section>
    )
  }
  if (lessons.list.length === 0) return null
  return (
    <section class="lessons" aria-label="What this teaches">
      <h2>
        Next time, for <bdi>{name}</bdi>
      </h2>
      <ul>
        {lessons.list.map((lesson) => {
          const declined = session.declined.includes(lesson.field)
          const label =
            session.fields.find((entry) => entry.name === lesson.field)?.label ?? lesson.field
          return (
            <li key={lesson.field} class={declined ? 'declined' : ''}>
              <label
                title={
                  declined
                    ? 'Only the next model learns from it'
                    : 'Untick for an exception: no rule is made of it (Alt D)'
                }
              >
                <input
                  type="checkbox"
                  checked={!declined}
                  onChange={() => onDecline(lesson.field)}
                />{' '}
                <b>{label}</b>{' '}
                <span>
                  {declined
                    ? 'is not remembered'
                    : explainLesson({
                        ...lesson,
                        anchor: lesson.anchor === null ? null : printedAs(words, lesson.anchor),
                      })}
                </span>
              </label>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

/** A rule in plain words. */
export function explainLesson(lesson: FieldLesson): string {
  const { state, kind, verdicts } = lesson
  if (state === 'asks') return 'no rule fits all answers so far: a person is asked each time'
  return `${explanations[kind](lesson)}${verdicts > 1 ? ` (${verdicts} answers)` : ''}`
}

const sides: Readonly<Record<string, string>> = {
  right: 'right of',
  below: 'below',
  above: 'above',
  'right-last': 'right of the last',
  'below-last': 'below the last',
}
const remembered = (): string => 'is remembered'

const explanations: Readonly<Record<RuleKind, (lesson: FieldLesson) => string>> = {
  constant: ({ value }) => `is always “${value ?? ''}”`,
  choice: () => 'is one of the values confirmed so far, whichever is printed',
  spelling: () => 'is spelled as you wrote it',
  anchor: ({ anchor, relation }) => `stands ${sides[relation ?? ''] ?? 'beside'} “${anchor ?? ''}”`,
  position: ({ page }) => `stands at this place on page ${page ?? 1}`,
  absent: () => 'is not on these documents',
  pattern: () => 'matches the words that were described',
  column: remembered,
  none: remembered,
  caution: remembered,
  unknown: remembered,
}
