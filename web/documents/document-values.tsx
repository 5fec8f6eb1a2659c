/** The values of a document with where each comes from, its line items, and its checks. */

import type { ShownDocument } from '../../connectors/http/contract/types.ts'
import { formatAmount, formatDay } from '../shared/format.ts'
import { explainCheck, wholePercent } from '../shared/reasons.ts'

type Field = ShownDocument['fields'][number]
type LabelOf = (field: string) => string

interface Props {
  readonly document: ShownDocument
  readonly labelOf: LabelOf
}

export function DocumentValues({ document, labelOf }: Props) {
  const fields = document.fields.filter(({ value }) => value !== null)
  const failed = document.checks.filter(({ outcome }) => outcome === 'failed')
  if (fields.length === 0 && document.lineItems.length === 0) return null
  return (
    <div class="values">
      <section class="table">
        <h2>Values</h2>
        {failed.map((check) => (
          <p key={check.name} class="failed-check">
            {explainCheck(check, labelOf)}
          </p>
        ))}
        <div class="wide" tabIndex={0} role="region" aria-label="Values">
          <table class="figures">
            <thead>
              <tr>
                <th scope="col">Field</th>
                <th scope="col">Value</th>
                <th scope="col">From</th>
              </tr>
            </thead>
            <tbody>
              {fields.map((field) => (
                <tr key={field.name}>
                  <th scope="row">{labelOf(field.name)}</th>
                  <td class="shown-value" dir="auto" title={field.raw ?? ''}>
                    {shown(document, field)}
                  </td>
                  <td class="from">{originOf(document, field)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
      {document.lineItems.length > 0 && <LineItems document={document} labelOf={labelOf} />}
    </div>
  )
}

function LineItems({ document, labelOf }: Props) {
  const known = (document.definition?.lineItems ?? []).map(({ name }) => name)
  const used = new Set(
    document.lineItems.flatMap(({ cells }) =>
      cells.flatMap(({ name, value }) => (value === null ? [] : [name])),
    ),
  )
  const columns = [
    ...known.filter((name) => used.has(name)),
    ...[...used].filter((name) => !known.includes(name)),
  ]
  return (
    <section class="table">
      <h2>Line items</h2>
      <div class="wide" tabIndex={0} role="region" aria-label="Line items">
        <table class="figures">
          <thead>
            <tr>
              {columns.map((name) => (
                <th key={name} scope="col" class={isMoney(document, name) ? 'number' : ''}>
                  {labelOf(name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {document.lineItems.map(({ cells }, index) => (
              <tr key={index}>
                {columns.map((name) => {
                  const cell = cells.find((one) => one.name === name)
                  return (
                    <td
                      key={name}
                      dir="auto"
                      class={isMoney(document, name) ? 'number' : 'shown-value'}
                    >
                      {cell === undefined ? '–' : shown(document, cell)}
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function typeOf({ definition }: ShownDocument, name: string): string | undefined {
  const all = [...(definition?.fields ?? []), ...(definition?.lineItems ?? [])]
  return all.find((column) => column.name === name)?.type
}

const isMoney = (document: ShownDocument, name: string): boolean =>
  typeOf(document, name) === 'money'

function shown(document: ShownDocument, { name, value }: Field): string {
  if (value === null) return '–'
  const type = typeOf(document, name)
  if (type === 'money') return formatAmount(value)
  return type === 'date' ? formatDay(value) : value
}

/** Where a value comes from; of a rule what it says and who wrote it. */
function originOf({ rules }: ShownDocument, { origin, originId, confidence }: Field): string {
  switch (origin) {
    case 'human':
      return 'a person'
    case 'xml':
      return 'the e-invoice'
    case 'code':
      return 'its payment code'
    case 'model':
      return `the model, ${wholePercent(confidence)} sure`
    case 'rule': {
      const rule = rules.find(({ id }) => id === originId)
      if (rule === undefined)
        return `a rule that has changed since, ${wholePercent(confidence)} sure`
      return `a rule${rule.decidedBy === null ? '' : ` of ${rule.decidedBy}`}: ${rule.why}`
    }
  }
}
