/**
 * Which source each field's value is taken from, and why a person is asked: embedded XML, then
 * payment codes, then what corrections taught about this vendor, then the model.
 */

import type { Profile, ProfileField } from '../../schemas/profiles.ts'
import type { Field, Reason, Rule } from '../../schemas/types.ts'
import type { FieldReader } from '../model/reader.ts'
import { typeField } from './document-type.ts'
import { applyRules, type Ruled } from '../rules/apply-rules.ts'
import { isRefuted } from '../rules/rule-kinds.ts'
import { findText, type PrintedDocument } from '../rules/spans.ts'
import { codeDisagrees, codeStands, xmlDisagrees } from '../sources/cross-source-check.ts'
import type { Einvoice } from '../sources/einvoice.ts'

/** What is known of a document before any value is chosen. */
export interface Sources {
  readonly einvoice: Einvoice | null
  readonly codes: readonly Field[]
  readonly predicted: readonly Field[] // with a value
  readonly rules: ReadonlyMap<string, Rule> // of the vendor, by field
  readonly reader: FieldReader | null
  readonly thresholds: Readonly<Record<string, number>> // by field
  readonly sheet: PrintedDocument
}

export interface ChosenFields {
  readonly fields: Field[]
  readonly asks: Reason[]
  readonly ruledOut: Set<string> // fields that people said this vendor doesn't have
}

export function chooseFields(profile: Profile, sources: Sources): ChosenFields {
  const chosen: ChosenFields = { fields: [], asks: [], ruledOut: new Set() }
  for (const field of profile.fields) choose(field, sources, chosen)
  return chosen
}

function choose(field: ProfileField, sources: Sources, chosen: ChosenFields): void {
  const { name, type } = field
  const { einvoice, codes, predicted, rules, reader, sheet } = sources
  const read = predicted.find((one) => one.name === name) ?? null
  const rule = rules.get(name)
  const printed = applyRules(rule, type, sheet, read, {
    targetError: reader?.targetError ?? 0,
    isRelearned: rule !== undefined && reader?.hasRelearned(rule) === true,
  })
  const fromXml = einvoice?.fields.find((one) => one.name === name && one.value !== null)
  if (fromXml !== undefined) {
    chosen.fields.push(withPlace(fromXml, sheet))
    if (xmlDisagrees(fromXml, type, printed.field, sheet))
      chosen.asks.push({ code: 'xml_disagrees', field: name, detail: null })
    return
  }
  const fromCode = codes.find((one) => one.name === name)
  if (
    fromCode !== undefined &&
    !printed.ruledOut &&
    codeStands(fromCode, type, printed.field, predicted)
  ) {
    chosen.fields.push(withPlace(fromCode, sheet))
    if (codeDisagrees(fromCode, type, printed.field))
      chosen.asks.push({ code: 'code_disagrees', field: name, detail: null })
    const refuted = rule !== undefined && isRefuted(rule, fromCode.value)
    askFor(name, refuted ? 'refuted' : printed.ask, rule, chosen)
    return
  }
  choosePrinted(field, printed, sources, chosen)
}

/** What rule or model read, or nothing. */
function choosePrinted(
  { name, required }: ProfileField,
  { field, ask, ruledOut }: Ruled,
  { einvoice, reader, rules, thresholds }: Sources,
  chosen: ChosenFields,
): void {
  // An e-invoice with its lines says all that its issuer meant to say; lesser ones are no invoices
  // without their page. An unsure value is offered among the candidates.
  const complete = einvoice !== null && einvoice.lineItems.length > 0
  if (complete && !required && ask === null && isUnsure(field, name, thresholds)) return
  if (ruledOut) chosen.ruledOut.add(name)
  if (field !== null) chosen.fields.push(field)
  else if (!required && !ruledOut && reader?.usual.includes(name) === true)
    chosen.asks.push({ code: 'missing', field: name, detail: 'usual' })
  askFor(name, ask, rules.get(name), chosen)
}

function isUnsure(field: Field | null, name: string, thresholds: Sources['thresholds']): boolean {
  if (field === null) return true
  return field.origin === 'model' && field.confidence < (thresholds[name] ?? Infinity)
}

function askFor(
  name: string,
  code: string | null,
  rule: Rule | undefined,
  { asks }: ChosenFields,
): void {
  if (code !== null) asks.push({ code, field: name, detail: rule?.id ?? null })
}

/** Where the value of XML or code is printed, if it is. */
function withPlace(field: Field, sheet: PrintedDocument): Field {
  if (field.name === typeField) return field // the code of an XML stands nowhere in print
  const span = findText(sheet, field.raw ?? field.value)
  return span === null ? field : { ...field, page: span.page, box: span.box, words: span.words }
}
