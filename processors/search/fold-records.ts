/**
 * Folds the records of a document into its facts, one function for each topic. The topics are
 * followed independently, so nothing here depends on their order: of the records of a topic the later
 * one counts, and the same record again changes nothing.
 *
 *   raw, ocr, extracted ─► where it is        needs-review, verdicts ─► what people are asked and said
 *   final               ─► what counts        dead letters           ─► why it ended
 *
 * A tombstone in any of them erases the document: what is older than it is never taken in again, and
 * what comes later begins anew.
 */

import type { Dead, Extracted, Final, Ocr, Raw, Task } from '../../schemas/types.ts'
import { nothingKnown, type Death, type DocumentFacts, type RecordPlace } from './document-facts.ts'
import {
  isErased,
  isKnown,
  madeBy,
  originOf,
  placeIn,
  reasonsIn,
  withEvent,
  withValues,
  type Fold,
  type Folded,
} from './folding.ts'
import { textOf } from './search-text.ts'

export { foldVerdict } from './fold-verdict.ts'
export type { Folded } from './folding.ts'

const mostDeaths = 20

export const foldRaw: Fold<Raw> = (facts, raw, at) => {
  if (isKnown(facts, facts.arrived, at)) return null
  const { bytes } = raw
  const detail = { source: raw.source, ...(bytes === null ? {} : { bytes: String(bytes.length) }) }
  return {
    facts: withEvent(
      {
        ...facts,
        arrived: at,
        // where the bytes are inline nobody needs to have hashed them
        origin: { ...originOf(raw), sha256: raw.sha256 ?? facts.origin?.sha256 ?? null },
      },
      { record: placeIn('raw', at), at: at.time, what: 'arrived', by: null, detail },
    ),
  }
}

export const foldOcr: Fold<Ocr> = (facts, ocr, at) => {
  if (isKnown(facts, facts.read, at)) return null
  const { pages, words, engine, reread = null } = ocr
  const detail = { engine, pages: String(pages.length), words: String(words.ends.length) }
  const cause = reread === null ? {} : { reread: reread.cause }
  return {
    facts: withEvent(
      {
        ...facts,
        // where it was read again, it is still the same arrival
        read: { ...at, of: at.of ?? facts.read?.of ?? null, pages },
        origin: originOf(ocr),
        hasText: true,
      },
      {
        record: placeIn('ocr', at),
        at: at.time,
        what: 'read',
        by: null,
        detail: { ...detail, ...cause },
      },
    ),
    text: textOf(words),
  }
}

export const foldExtracted: Fold<Extracted> = (facts, extracted, at) => {
  if (isKnown(facts, facts.extracted, at)) return null
  const { route, reasons, model, rulesVersion } = extracted
  return withValues(
    withEvent(
      {
        ...facts,
        extracted: { ...at, route },
        origin: originOf(extracted),
        reasons,
      },
      {
        record: placeIn('extracted', at),
        at: at.time,
        what: 'extracted',
        by: null,
        detail: { route, ...madeBy(model, rulesVersion), ...reasonsIn(reasons) },
      },
    ),
    extracted,
    { revision: 0, time: at.time },
  )
}

export const foldTask: Fold<Task> = (facts, task, at) => {
  if (isKnown(facts, facts.asked, at)) return null
  const { revision, closed = false, reread = null, reasons, pages, words } = task
  const asked = { ...at, revision, closed, reread: reread?.cause ?? null }
  const folded = withValues(
    withEvent(
      {
        ...facts,
        asked,
        origin: originOf(task, facts.origin),
        reasons,
        read: facts.read ?? { ...at, offset: -1, of: null, pages },
        hasText: true,
      },
      {
        record: placeIn('needs-review', at),
        at: at.time,
        what: 'asked',
        by: null,
        detail: {
          revision: String(revision),
          ...(closed ? { closed: 'true' } : {}),
          ...reasonsIn(reasons),
        },
      },
    ),
    task,
    { revision, time: at.time },
  )
  return facts.hasText ? folded : { ...folded, text: textOf(words) }
}

export const foldFinal: Fold<Final> = (facts, final, at) => {
  if (isKnown(facts, facts.settled, at)) return null
  const { status, revision, decidedBy, duplicateOf } = final
  return withValues(
    withEvent(
      {
        ...facts,
        settled: { ...at, status, revision, decidedBy, duplicateOf },
        origin: originOf(final, facts.origin),
        reasons: facts.reasons.length > 0 ? facts.reasons : final.reasons,
      },
      {
        record: placeIn('final', at),
        at: at.time,
        what: 'settled',
        by: decidedBy,
        detail: {
          status,
          revision: String(revision),
          ...(duplicateOf === null ? {} : { duplicateOf }),
        },
      },
    ),
    final,
    { revision, time: at.time },
  )
}

/** `topic`: full name of the dead-letter topic. */
export function foldDead(
  facts: DocumentFacts,
  dead: Dead,
  at: RecordPlace,
  topic: string,
): Folded | null {
  const letter = placeIn(topic, at)
  if (isErased(facts, at) || facts.deaths.some((death) => death.letter === letter)) return null
  const { stage, offset, code, message, failedAt } = dead
  const death: Death = { letter, stage, offset, code, message, at: failedAt, replayedAt: null }
  const isAnswer = stage === 'judge' // a refused answer ends nothing
  return {
    facts: withEvent(
      { ...facts, deaths: isAnswer ? facts.deaths : [...facts.deaths, death].slice(-mostDeaths) },
      {
        record: letter,
        at: failedAt,
        what: isAnswer ? 'refused' : 'failed',
        by: null,
        detail: { stage, code, message },
      },
    ),
  }
}

/** A dead letter was sent back. `letter`: its topic/partition/offset; `at`: the marker. */
export function foldReplay(
  facts: DocumentFacts,
  letter: string,
  at: RecordPlace,
  topic: string,
): Folded | null {
  const record = placeIn(topic, at)
  const isKnownEvent = facts.events.some((event) => event.record === record)
  if (isErased(facts, at) || isKnownEvent) return null
  return {
    facts: withEvent(
      {
        ...facts,
        deaths: facts.deaths.map((death) =>
          death.letter === letter ? { ...death, replayedAt: at.time } : death,
        ),
      },
      { record, at: at.time, what: 'replayed', by: null, detail: { letter } },
    ),
  }
}

/** A tombstone. Of the document stays that it was erased, and when. */
export function foldErasure(facts: DocumentFacts, at: RecordPlace): Folded | null {
  if (isErased(facts, at)) return null
  const isOlder = facts.arrived !== null && facts.arrived.time > at.time
  if (isOlder) return { facts: { ...facts, erasedAt: at.time } }
  return {
    facts: {
      ...nothingKnown(facts.documentId),
      erasedAt: at.time,
      events: [
        {
          record: `erased/${at.time}`,
          at: at.time,
          what: 'erased',
          by: null,
          detail: {},
        },
      ],
    },
    values: { fields: [], lineItems: [], checks: [] },
    text: '',
  }
}
