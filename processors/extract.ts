/**
 * ocr → extracted, and needs-review where a person has to decide: both in one transaction.
 *
 * Values are taken from the most trusted source that has one: embedded XML, then payment codes,
 * then what corrections taught about this vendor, then the model. Where the page says something
 * else than XML or code does, a person decides; see cross-source-check.ts. Checks can veto, never
 * invent. The route follows from risk; see route.ts.
 *
 * THE PROMISE. Where a person has changed a field of this vendor before, the model alone is not
 * believed there: a rule that does not apply to this document, one that is contested, and a value
 * that was called wrong all send it to a person.
 *
 * Pure: the model, the rules and the time come in `use`. Without a model every document goes to
 * review with what XML and rules give.
 */

import { profileOf, type Profiles } from '../schemas/profiles.ts'
import type {
  Check,
  Extracted,
  Field,
  LineItem,
  ModelRef,
  Ocr,
  Reason,
  Rule,
  Task,
  Vendor,
} from '../schemas/types.ts'
import { abreast } from './model/lockstep.ts'
import { codeDisagrees, codeStands, xmlDisagrees } from './sources/cross-source-check.ts'
import { alternativesTo } from './model/alternatives.ts'
import { runChecks } from './routing/checks.ts'
import { fieldsOfCodes } from './sources/payment-codes.ts'
import { strictnessOf } from './routing/drift.ts'
import { claimsOf, type Claims } from './routing/duplicates.ts'
import { inspectEinvoice } from './sources/einvoice.ts'
import { fingerprintOf } from './document/fingerprint.ts'
import { readLines } from './line-items/line-items.ts'
import { findText, sheetOf, type Sheet } from './rules/spans.ts'
import type { Message, Outputs } from './processor.ts'
import type { Predicted, Reader } from './model/reader.ts'
import { routeOf, type Routing } from './routing/route.ts'
import { ruled } from './rules/apply-rules.ts'
import { lineItemsField } from './rules/rule-induction.ts'
import { isRefuted } from './rules/rule-kinds.ts'
import { identifyVendor, vendorOfFields } from './rules/vendor.ts'
import { unpackWords, type Print } from './document/words.ts'

export interface ExtractUse {
  readonly profiles: Profiles
  readonly readerOf: (profile: string) => Reader | null
  readonly rulesOf: (vendor: string) => ReadonlyMap<string, Rule> // by field
  readonly rulesVersion: string
  readonly now: number // ms since 1970
  readonly sampleShare: number
  readonly known: Claims
}

/** All that was read from a document. */
export interface Reading {
  readonly vendor: Vendor
  readonly fields: readonly Field[]
  /** What else a field may be, for the person who decides. */
  readonly candidates: readonly Field[]
  readonly lineItems: readonly LineItem[]
  readonly checks: readonly Check[]
  readonly routing: Routing
  readonly model: ModelRef | null
  /** Fingerprint of the first page; see fingerprint.ts. */
  readonly layout: readonly number[]
}

export async function extract(
  message: Message<'ocr'>,
  use: ExtractUse,
): Promise<Outputs<'extracted' | 'needs-review'>> {
  const document = message.value
  if (document === null) return {}
  const reading = await readDocument(document, use)
  const extracted: Extracted = {
    ...shared(document),
    vendor: reading.vendor,
    fields: reading.fields,
    lineItems: reading.lineItems,
    checks: reading.checks,
    mediaType: document.mediaType,
    metadata: document.metadata,
    engine: document.engine,
    pages: document.pages.length,
    route: reading.routing.route,
    reasons: reading.routing.reasons,
    sampled: reading.routing.sampled,
    model: reading.model,
    layout: reading.layout,
    rulesVersion: use.rulesVersion,
    readMs: document.readMs,
  }
  if (reading.routing.route === 'accepted')
    return { extracted: [{ key: document.documentId, value: extracted }] }
  const task: Task = {
    ...shared(document),
    revision: 0,
    priority: reading.routing.priority,
    reasons: reading.routing.reasons,
    vendor: reading.vendor,
    fields: reading.fields,
    candidates: reading.candidates,
    lineItems: reading.lineItems,
    checks: reading.checks,
    model: reading.model,
    rulesVersion: use.rulesVersion,
    pages: document.pages,
    words: document.words,
  }
  return {
    extracted: [{ key: document.documentId, value: extracted }],
    'needs-review': [{ key: document.documentId, value: task }],
  }
}

/**
 * Fields, line items, checks and route of a document: the same code for the stage and for `errata
 * extract`.
 */
export async function readDocument(
  document: Pick<Ocr, 'documentId' | 'tenant' | 'profile' | 'sha256' | 'pages' | 'words' | 'xml'> &
    Partial<Pick<Ocr, 'codes' | 'metadata'>>,
  use: ExtractUse,
): Promise<Reading> {
  const profile = profileOf(use.profiles, document.profile)
  const print: Print = { pages: document.pages, words: unpackWords(document.words) }
  const sheet = sheetOf(print)
  await abreast
  const inspected = document.xml === null ? null : inspectEinvoice(document.xml)
  const einvoice = inspected?.invoice ?? null
  const vendor =
    print.words.length === 0 && einvoice !== null
      ? vendorOfFields(einvoice.fields, document.documentId)
      : identifyVendor(print.words, document.documentId, document.metadata?.['sender'] ?? null)
  const reader = use.readerOf(profile.name)
  const read =
    reader === null || print.words.length === 0 ? [] : await reader.predict(print, profile)
  const originId = `${reader?.ref.name}/${reader?.ref.version}`
  const fromReader = ({ name, value, raw, confidence, page, box, words }: Predicted): Field => ({
    name,
    value,
    raw,
    confidence,
    page,
    box,
    words,
    origin: 'model',
    originId,
  })
  const predicted = read.filter((field) => field.value !== null).map(fromReader)

  const targetError = reader?.targetError ?? 0
  const fromCodes = fieldsOfCodes(document.codes ?? [])
  // An e-invoice with its lines says all that its issuer meant to say; lesser ones are no invoices
  // without their page
  const complete = einvoice !== null && einvoice.lineItems.length > 0
  const asks: Reason[] = []
  const fields: Field[] = []
  const ruledOut = new Set<string>() // fields that people said this vendor doesn't have
  for (const { name, type, required } of profile.fields) {
    const fromXml = einvoice?.fields.find((field) => field.name === name && field.value !== null)
    const fromCode = fromCodes.find((field) => field.name === name)
    const fromModel = predicted.find((field) => field.name === name && field.value !== null) ?? null
    const rule = use.rulesOf(vendor.id).get(name)
    const printed = ruled(rule, type, sheet, fromModel, targetError)
    if (fromXml !== undefined) {
      fields.push(withPlace(fromXml, sheet))
      if (xmlDisagrees(fromXml, type, printed.field, sheet))
        asks.push({ code: 'xml_disagrees', field: name, detail: null })
      continue
    }
    if (
      fromCode !== undefined &&
      !printed.ruledOut &&
      codeStands(fromCode, type, printed.field, predicted)
    ) {
      fields.push(withPlace(fromCode, sheet))
      if (codeDisagrees(fromCode, type, printed.field))
        asks.push({ code: 'code_disagrees', field: name, detail: null })
      const ask = rule !== undefined && isRefuted(rule, fromCode.value) ? 'refuted' : printed.ask
      if (ask !== null) asks.push({ code: ask, field: name, detail: rule?.id ?? null })
      continue
    }
    const unsure =
      printed.field === null ||
      (printed.field.origin === 'model' &&
        printed.field.confidence < (reader?.thresholds[name] ?? Infinity))
    // offered among the candidates
    if (complete && !required && unsure && printed.ask === null) continue
    if (printed.ruledOut) ruledOut.add(name)
    if (printed.field !== null) fields.push(printed.field)
    else if (!required && !printed.ruledOut && reader?.usual.includes(name) === true)
      asks.push({ code: 'missing', field: name, detail: 'usual' })
    if (printed.ask !== null)
      asks.push({ code: printed.ask, field: name, detail: rule?.id ?? null })
  }
  if (inspected !== null && einvoice === null)
    asks.push({ code: 'xml_unreadable', field: null, detail: inspected.reason })
  const lineItems =
    einvoice !== null && einvoice.lineItems.length > 0
      ? einvoice.lineItems
      : profile.lineItems.length === 0
        ? []
        : readLines(
            print,
            profile,
            sheet.context,
            columnNames(use.rulesOf(vendor.id).get(lineItemsField)),
          )
  const adjusted = einvoice === null || einvoice.lineItems.length === 0 ? null : einvoice.adjusted
  const excused =
    adjusted === null
      ? []
      : [
          ...(adjusted.lines ? ['line_arithmetic'] : []),
          ...(adjusted.total === null ? ['lines_add_up'] : []),
        ]
  const checks = runChecks(profile, fields, lineItems, use.now, adjusted?.total ?? undefined).map(
    (check): Check =>
      excused.includes(check.name)
        ? { ...check, outcome: 'not_applicable', detail: 'allowances' }
        : check,
  )
  const whyAbsent = (name: string): string | null => {
    if (ruledOut.has(name)) return 'ruled_out'
    if (print.words.length === 0) return 'no_words'
    if (reader === null) return 'no_model'
    return read.some((field) => field.name === name && (field.alternatives ?? []).length > 0)
      ? 'unlikely'
      : 'nothing_alike'
  }
  const other = use.known.firstOther(
    claimsOf(
      {
        tenant: document.tenant,
        profile: document.profile,
        sha256: document.sha256,
        vendor,
        fields,
      },
      profile,
    ),
    document.documentId,
  )
  if (other !== null) asks.push({ code: 'duplicate', field: null, detail: other })
  const drift = strictnessOf(use.rulesOf(vendor.id))
  asks.push(...drift.asks)
  const routing = routeOf(profile, {
    documentId: document.documentId,
    fields,
    checks,
    thresholds: reader?.thresholds ?? {},
    targetError,
    asks,
    whyAbsent,
    strictness: drift.strictness,
    sampleShare: use.sampleShare,
    documentsOfVendor: use.known.documentsOf(vendor.id),
  })
  const candidates = alternativesTo(
    fields,
    read.flatMap((field) => [field, ...(field.alternatives ?? [])].map(fromReader)),
    profile,
  )
  return {
    vendor,
    fields,
    candidates,
    lineItems,
    checks,
    routing,
    model: reader?.ref ?? null,
    layout: fingerprintOf(print),
  }
}

/** What the vendor's columns hold, where corrected rows taught it. */
function columnNames(rule: Rule | undefined): Readonly<Record<string, string>> {
  return rule?.kind === 'column' && rule.state === 'active' ? rule.spellings : {}
}

/** Where the value of XML or code is printed, if it is. */
function withPlace(field: Field, sheet: Sheet): Field {
  const span = findText(sheet, field.raw ?? field.value)
  return span === null ? field : { ...field, page: span.page, box: span.box, words: span.words }
}

function shared(
  document: Ocr,
): Pick<
  Extracted,
  'documentId' | 'tenant' | 'profile' | 'fileName' | 'source' | 'sha256' | 'receivedAt'
> {
  const { documentId, tenant, profile, fileName, source, sha256, receivedAt } = document
  return { documentId, tenant, profile, fileName, source, sha256, receivedAt }
}
