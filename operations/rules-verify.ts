/**
 * Uses every correction as a regression test: each document with a corrected field is read again
 * with the current rules and champion. The field must have the corrected value, or its own reason
 * for review. A mistake that would be accepted again is broken, even if the document goes to review
 * for another reason.
 */

import type { Config } from '../config.ts'
import { blobsOf } from '../connectors/blobs/configured.ts'
import { ErrataError } from '../errors.ts'
import { modelReadersOf } from '../processors/model/model-registry.ts'
import { readDocument, type DocumentReading } from '../processors/extract.ts'
import type { FieldReader } from '../processors/model/reader.ts'
import { noPayees } from '../processors/rules/payees.ts'
import type { Profile, Profiles } from '../schemas/profiles.ts'
import type { Field, Verdict } from '../schemas/types.ts'
import { agrees } from '../trainer/backtest.ts'
import type { Connection } from './connect.ts'
import { readCatalogue } from './models.ts'
import { openFirst, openModelReader, refusedText } from './published-models.ts'
import { readSnapshot } from './read-snapshot.ts'
import { readRules } from './read-rules.ts'

export interface Verified {
  readonly verdict: string // documentId@revision
  readonly vendor: string
  readonly field: string
  readonly outcome: 'right' | 'asked' | 'broken'
  readonly origin: string | null // rule or model and its id
}

/** One line for each field that a person changed on a document of `which`. */
export async function verifyRules(
  config: Config,
  connection: Connection,
  profiles: Profiles,
  which: (verdict: Verdict) => boolean,
): Promise<Verified[]> {
  const rules = await readRules(config, connection)
  const catalogue = await readCatalogue(config, connection)
  const blobs = blobsOf(config)
  const lines: Verified[] = []
  for (const profile of profiles.values()) {
    const { verdicts } = await readSnapshot(config, connection, profile.name)
    const wanted = verdicts.filter(
      (verdict) => which(verdict) && changedFields(verdict, profile).length > 0,
    )
    if (wanted.length === 0) continue
    const models = modelReadersOf(catalogue, profile.name)
    const { opened: reader, refused } = await openFirst(models, (model) =>
      openModelReader(model, blobs, config),
    )
    if (reader === null && models.length > 0)
      throw new ErrataError(
        'MODEL_UNUSABLE',
        `no version of ${profile.name} can be used here: ${refusedText(refused)}`,
        { profile: profile.name },
      )
    for (const verdict of wanted)
      lines.push(...(await verifyOne(verdict, profile, reader, rules.rulesOf)))
  }
  return lines
}

/** The results for the corrections of one verdict. */
export async function verifyOne(
  verdict: Verdict,
  profile: Profile,
  reader: FieldReader | null,
  rulesOf: Parameters<typeof readDocument>[1]['rulesOf'],
): Promise<Verified[]> {
  const metadata: Readonly<Record<string, string>> =
    verdict.vendor.evidence === 'sender'
      ? { sender: verdict.vendor.id.slice('sender:'.length) }
      : {} // a verdict keeps no more of them
  const reading = await readDocument(
    { ...verdict, xml: null, metadata },
    {
      profiles: new Map([[profile.name, profile]]),
      readerOf: () => reader,
      rulesOf,
      rulesVersion: '',
      now: verdict.decidedAt,
      sampleShare: 0,
      known: { firstOther: () => null, documentsOf: () => 0 },
      payees: noPayees,
    },
  )
  return changedFields(verdict, profile).map(({ name, type }): Verified => {
    const given = valueOf(reading.fields, name)
    const wrong = isAskedFor(reading, name) ? 'asked' : 'broken'
    return {
      verdict: `${verdict.documentId}@${verdict.revision}`,
      vendor: verdict.vendor.id,
      field: name,
      outcome: agrees(type, given, valueOf(verdict.fields, name)) ? 'right' : wrong,
      origin: given === undefined ? null : `${given.origin} ${given.originId ?? ''}`.trim(),
    }
  })
}

function changedFields(verdict: Verdict, profile: Profile): Profile['fields'] {
  return profile.fields.filter(
    ({ name, type }) =>
      !verdict.declined.includes(name) &&
      !agrees(type, valueOf(verdict.predicted, name), valueOf(verdict.fields, name)),
  )
}

function isAskedFor({ routing }: DocumentReading, name: string): boolean {
  return routing.reasons.some(({ field }) => field === name)
}

function valueOf(fields: readonly Field[], name: string): Field | undefined {
  return fields.find((field) => field.name === name && field.value !== null)
}
