/**
 * The trainer's status: what it does, how far it is, its last trainings, and what starts the next.
 */

import { useState } from 'preact/hooks'
import { api } from '../shared/api.ts'
import type { TrainerStatus, TrainingRun } from '../../connectors/http/contract/types.ts'
import { useEventState } from '../shared/live.ts'
import { moment } from './scores.ts'

const steps: Readonly<Record<string, string>> = {
  snapshot: 'reads the answers',
  training: 'trains',
  gate: 'judges the candidate on documents that it has not seen',
}
const outcomes: Readonly<Record<string, string>> = {
  promoted: 'became the champion',
  refused: 'was refused by the gate',
  known: 'was trained on these answers before',
  nothing: 'nothing to learn',
}

/** Updated by server events. */
export function TrainerPanel() {
  const [trainer, setTrainer] = useState<TrainerStatus | null>(null)
  useEventState(
    'trainer',
    async () => setTrainer(await api.trainer().catch(() => null)),
    (now) => setTrainer(now as unknown as TrainerStatus),
  )
  if (trainer === null) return null
  const running = trainer.trainings.find(({ state }) => state === 'running')
  const queued = trainer.trainings.filter(({ state }) => state === 'queued')
  const ended = trainer.trainings.filter(({ endedAt }) => endedAt !== null).slice(0, 3)
  return (
    <section class="trainer" aria-label="Trainer">
      <h2>Trainer</h2>
      <p role="status">
        {trainer.reachable && running !== undefined ? (
          <Running training={running} />
        ) : (
          idleIn(trainer)
        )}
      </p>
      {queued.length > 0 && (
        <p class="note">Waiting: {queued.map(({ profile }) => profile).join(', ')}</p>
      )}
      {ended.length > 0 && (
        <ul>
          {ended.map((training) => (
            <li key={training.key}>
              <time>{moment(training.endedAt ?? 0)}</time>{' '}
              <b>{training.version ?? training.profile}</b>{' '}
              {training.state === 'failed'
                ? 'failed'
                : (outcomes[training.outcome ?? ''] ?? training.outcome)}
              {training.reasons.length > 0 && (
                <span class="reasons">: {training.reasons.join('; ')}</span>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Running({
  training: { profile, startedAt, progress },
}: {
  readonly training: TrainingRun
}) {
  const { step = '', done = 0, of = 0 } = progress ?? {}
  return (
    <>
      <b>{profile}</b> {steps[step] ?? 'begins'}
      {of > 0 && (
        <>
          {' '}
          <progress value={done} max={of} aria-label="Training" /> {done} of {of}
        </>
      )}
      {startedAt !== null && <span class="note">, since {moment(startedAt).slice(11)}</span>}
    </>
  )
}

function idleIn(trainer: TrainerStatus): string {
  return trainer.reachable ? `Idle. ${beginsWith(trainer)}` : 'No trainer runs.'
}

/** What starts the next training, in words. */
function beginsWith({ next }: TrainerStatus): string {
  if (next === null) return ''
  const counts = Object.entries(next.waiting)
    .filter(([, count]) => count > 0)
    .map(([profile, count]) => `${profile}: ${count}${next.wanted > 0 ? ` of ${next.wanted}` : ''}`)
  const at = next.at === null ? null : moment(next.at)
  if (counts.length === 0)
    return `No new answers since the last version${at === null ? '' : `; next look at ${at}`} (UTC).`
  const progress = `New answers until the next training: ${counts.join(', ')}`
  return `${progress}${at === null ? '' : `, or at ${at}`} (UTC).`
}
