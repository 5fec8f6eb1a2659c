/**
 * ocr → extracted and claims, and needs-review where a person must decide: all in one transaction.
 *
 * Values are taken from the most trusted source that has one: embedded XML, then payment codes,
 * then rules learned from corrections of this vendor, then the model. Where the page contradicts
 * XML or code, a person decides; see cross-source-check.ts. Checks can veto values, never invent
 * them. The route follows from risk; see route.ts.
 *
 * THE PROMISE. Once a person has changed a field of this vendor, the model alone is not trusted
 * there: if the rule does not apply to the document, is contested, or gives a value that was
 * rejected before, the document goes to review.
 *
 * PAYMENTS. An account that people have not confirmed for a vendor that they know goes to review,
 * whatever the confidence and wherever it stands; see payee-check.ts.
 *
 * Pure: the model, the rules and the time come in `use`. Without a model every document goes to
 * review with the values of XML and rules.
 */

import { profileOf, type Profile, type Profiles } from '../schemas/profiles.ts'
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
import { unreadPages } from './routing/unread-pages.ts'
import { commonFields } from './document/common-fields.ts'
import { fingerprintOf } from './document/fingerprint.ts'
import { unpackWords, type Print } from './document/words.ts'
import { chooseFields } from './extract/choose-fields.ts'
import { inOneSign, pageTitle, typeDoubts } from './extract/document-type.ts'
import { readLines } from './line-items/line-items.ts'
import { checksOf } from './extract/checks-of.ts'
import { thresholdsFor } from './extract/thresholds-for.ts'
import { alternativesTo } from './model/alternatives.ts'
import { lockstep } from './model/lockstep.ts'
import type { Predicted, FieldReader } from './model/reader.ts'
import type { Message, Outputs } from './processor.ts'
import { claimOfReading } from './routing/claim.ts'
import { strictnessOf } from './routing/drift.ts'
import { claimsOf, type Claims } from './routing/duplicates.ts'
import { accountDoubts } from './rules/payee-check.ts'
import { routeOf, type Routing } from './routing/route.ts'
import { unknownRules } from './rules/apply-rules.ts'
import { payeeKeys, type Payees } from './rules/payees.ts'
import { isRefuted } from './rules/rule-kinds.ts'
import { lineItemsField } from './rules/rule-induction.ts'
import { ruleSetOf } from './rules/rule-set.ts'
import { printedDocument, type PrintedDocument } from './rules/spans.ts'
import { identifyVendor, vendorOfFields } from './rules/vendor.ts'
import { inspectEinvoice, type Einvoice, type XmlReading } from './sources/einvoice.ts'
import { fieldsOfCodes } from './sources/payment-codes.ts'
import { withCheckedConfidence } from './values/own-check.ts'

export interface ExtractUse {
  readonly profiles: Profiles
  readonly readerOf: (profile: string) => FieldReader | null
  readonly rulesOf: (vendor: string) => ReadonlyMap<string, Rule> // by field
  readonly rulesVersion: string
  readonly now: number // ms since 1970
  readonly sampleShare: number
  readonly known: Claims
  /** The accounts that people confirmed. */
  readonly payees: Payees
  /**
   * The same, once everything that lies in rules and models has been read: whoever asked for a
   * reading may have seen more of them than this process. Codes of the world.
   */
  readonly latest?: () => Promise<ExtractUse>
}

/** Everything read from a document. */
export interface DocumentReading {
  readonly vendor: Vendor
  readonly fields: readonly Field[]
  /** Alternatives of a field, for the person who decides. */
  readonly candidates: readonly Field[]
  readonly lineItems: readonly LineItem[]
  readonly checks: readonly Check[]
  readonly routing: Routing
  readonly model: ModelRef | null
  /** rules/rule-set.ts */
  readonly ruleSet: string
  /** Fingerprint of the first page; see fingerprint.ts. */
  readonly layout: readonly number[]
}

export async function extract(
  message: Message<'ocr'>,
  given: ExtractUse,
): Promise<Outputs<'extracted' | 'needs-review' | 'claims'>> {
  const document = message.value
  if (document === null) return {}
  const reread = document.reread ?? null
  const use = reread === null ? given : ((await given.latest?.()) ?? given)
  const reading = await readDocument(document, use)
  const extracted: Extracted = {
    ...commonFields(document),
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
  const outputs = {
    extracted: [{ key: document.documentId, value: extracted }],
    claims: [claimOfReading(extracted, use.profiles, message.origin, use.now)],
  }
  if (reading.routing.route === 'accepted') return outputs
  const task: Task = {
    ...commonFields(document),
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
    sequence: Number(message.origin.offset),
    ruleSet: reading.ruleSet,
    reread,
  }
  return {
    ...outputs,
    'needs-review': [{ key: document.documentId, value: task }],
  }
}

type Readable = Pick<
  Ocr,
  'documentId' | 'tenant' | 'profile' | 'sha256' | 'pages' | 'words' | 'xml'
> &
  Partial<Pick<Ocr, 'codes' | 'metadata'>>

/**
 * Fields, line items, checks and route of a document: the same code for the stage and for `errata
 * extract`.
 */
export async function readDocument(document: Readable, use: ExtractUse): Promise<DocumentReading> {
  const profile = profileOf(use.profiles, document.profile)
  const print: Print = { pages: document.pages, words: unpackWords(document.words) }
  const sheet = printedDocument(print)
  await lockstep
  const { invoice: einvoice, reason } = inspectXml(document.xml)
  const vendor = vendorOf(document, print, einvoice)
  const reader = use.readerOf(profile.name)
  const read =
    reader === null || print.words.length === 0 ? [] : await reader.predict(print, profile)
  const asModel = fromModel(reader)
  const rules = use.rulesOf(vendor.id)
  const types = new Map(profile.fields.map(({ name, type }) => [name, type]))
  const checked = (field: Field): Field => withCheckedConfidence(types.get(field.name), field)
  const predicted = read.filter((field) => field.value !== null).map(asModel)
  const title = pageTitle(sheet, predicted)
  const thresholds = thresholdsFor(vendor, print, rules, reader)
  const {
    fields: chosen,
    asks,
    ruledOut,
  } = chooseFields(profile, {
    einvoice,
    codes: fieldsOfCodes(document.codes ?? []),
    predicted: title.field === null ? predicted : [...predicted, title.field],
    rules,
    reader,
    thresholds,
    sheet,
  })
  if (reason !== null) asks.push({ code: 'xml_unreadable', field: null, detail: reason })
  asks.push(...typeDoubts(profile, title, chosen, einvoice), ...unknownRules(profile, rules))
  const { fields, lineItems } = inOneSign({
    fields: chosen.map(checked),
    lineItems: lineItemsOf(profile, einvoice, print, sheet, rules.get(lineItemsField)),
  })
  const checks = checksOf(profile, fields, lineItems, einvoice, use.now, sheet)
  const other = otherOf({ ...document, vendor, fields }, profile, use.known)
  if (other !== null) asks.push({ code: 'duplicate', field: null, detail: other })
  const keys = (): string[] => payeeKeys(vendor, print.words, fields, senderOf(document))
  const stated = [...fields, ...passedOver(predicted, fields, rules)]
  asks.push(...unsaid(accountDoubts(profile, { vendor, fields: stated, keys }, use.payees), asks))
  const drift = strictnessOf(rules)
  asks.push(...drift.asks, ...unreadPages(document.pages))
  const routing = routeOf(profile, {
    documentId: document.documentId,
    fields,
    checks,
    thresholds,
    targetError: reader?.targetError ?? 0,
    asks,
    whyAbsent: (name) => {
      if (ruledOut.has(name)) return 'ruled_out'
      if (print.words.length === 0) return 'no_words'
      if (reader === null) return 'no_model'
      return read.some((field) => field.name === name && (field.alternatives ?? []).length > 0)
        ? 'unlikely'
        : 'nothing_alike'
    },
    strictness: drift.strictness,
    sampleShare: use.sampleShare,
    documentsOfVendor: use.known.documentsOf(vendor.id),
  })
  const candidates = alternativesTo(
    fields,
    read.flatMap((field) => [field, ...(field.alternatives ?? [])].map(asModel)).map(checked),
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
    ruleSet: ruleSetOf(rules),
    layout: fingerprintOf(print),
  }
}

function inspectXml(xml: string | null): XmlReading | { invoice: null; reason: null } {
  return xml === null ? { invoice: null, reason: null } : inspectEinvoice(xml)
}

/** By the printed words; for an e-invoice without pages, by its fields. */
function vendorOf(document: Readable, print: Print, einvoice: Einvoice | null): Vendor {
  return print.words.length === 0 && einvoice !== null
    ? vendorOfFields(einvoice.fields, document.documentId)
    : identifyVendor(print.words, document.documentId, senderOf(document))
}

function senderOf({ metadata }: Readable): string | null {
  return metadata?.['sender'] ?? null
}

/** What the model read and another source overruled; not what a person has rejected before. */
function passedOver(
  predicted: readonly Field[],
  fields: readonly Field[],
  rules: ReadonlyMap<string, Rule>,
): Field[] {
  return predicted.filter(({ name, value }) => {
    const rule = rules.get(name)
    return (
      fields.every((field) => field.name !== name || field.value !== value) &&
      !(rule !== undefined && isRefuted(rule, value))
    )
  })
}

/** Those that don't repeat what is asked already. */
function unsaid(reasons: readonly Reason[], asks: readonly Reason[]): Reason[] {
  return reasons.filter(
    ({ code, field }) => !asks.some((one) => one.code === code && one.field === field),
  )
}

/** A prediction as a field of the record. */
function fromModel(reader: FieldReader | null): (predicted: Predicted) => Field {
  const originId = `${reader?.ref.name}/${reader?.ref.version}`
  return ({ name, value, raw, confidence, page, box, words }) => ({
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
}

/** Those of the e-invoice, else the printed ones. */
function lineItemsOf(
  profile: Profile,
  einvoice: Einvoice | null,
  print: Print,
  sheet: PrintedDocument,
  rule: Rule | undefined,
): readonly LineItem[] {
  if (einvoice !== null && einvoice.lineItems.length > 0) return einvoice.lineItems
  return profile.lineItems.length === 0
    ? []
    : readLines(print, profile, sheet.context, columnNames(rule))
}

/** Another document of the same invoice, if known. */
function otherOf(
  {
    documentId,
    tenant,
    profile,
    sha256,
    vendor,
    fields,
  }: Readable & Pick<DocumentReading, 'vendor' | 'fields'>,
  definition: Profile,
  known: Claims,
): string | null {
  return known.firstOther(
    claimsOf({ tenant, profile, sha256, vendor, fields }, definition),
    documentId,
  )
}

/** The meaning of the vendor's columns, where corrected rows taught it. */
function columnNames(rule: Rule | undefined): Readonly<Record<string, string>> {
  return rule?.kind === 'column' && rule.state === 'active' ? rule.spellings : {}
}
