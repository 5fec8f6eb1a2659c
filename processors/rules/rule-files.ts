/**
 * Rules that a person writes, from a file: our own format, and pattern files of spaCy and Prodigy.
 *
 *   JSON    [{"field": "grand_total", "vendor": "vat:DE…", "kind": "anchor", "anchor": "Total due", "relation": "right"}, …]
 *   JSONL   {"label": "INVOICE_NUMBER", "pattern": [{"LOWER": "inv"}, {"SHAPE": "dddd"}]}   the label names the field
 *
 * The kinds and their properties are those of rules learned from verdicts: constant (value, raw),
 * choice and spelling (spellings), anchor (anchor, relation), position (box, page), absent; and
 * pattern (pattern). A rule without a vendor is for every vendor and only fills in where the model
 * reads nothing. Patterns of one label and vendor become one rule.
 *
 * CONFIG_INVALID with the line or entry for anything that is not a rule; a file is imported whole
 * or not at all.
 */

import { createHash } from 'node:crypto'
import { ErrataError } from '../../errors.ts'
import type { Profile } from '../../schemas/profiles.ts'
import type { Rule, RuleKind } from '../../schemas/types.ts'
import { plainOf } from '../values/identifiers.ts'
import { parsePatterns } from './patterns.ts'
import { everyVendor } from './rule-table.ts'

export interface Author {
  readonly profile: Profile
  readonly tenant: string
  readonly by: string
  readonly now: number // ms since 1970
  readonly vendor: string | null // for entries that name none; null: every vendor
}

const kinds: readonly RuleKind[] = [
  'constant',
  'choice',
  'spelling',
  'anchor',
  'position',
  'pattern',
  'absent',
]
const relations = ['right', 'right-last', 'below', 'below-last']
const mostEntries = 50_000
const longestText = 2_000 // characters

type Entry = Readonly<Record<string, unknown>>

export function parseRules(text: string, author: Author): Rule[] {
  const entries = entriesOf(text)
  const rules = new Map<string, Rule>()
  entries.forEach((entry, k) => {
    const at = { entry: k + 1 }
    const rule = 'label' in entry ? fromPattern(entry, author, at) : fromRule(entry, author, at)
    const key = `${rule.vendor}/${rule.field}`
    const known = rules.get(key)
    if (known === undefined) rules.set(key, rule)
    else if (known.kind === 'pattern' && rule.kind === 'pattern')
      rules.set(
        key,
        named({
          ...known,
          pattern: JSON.stringify([
            ...(JSON.parse(known.pattern ?? '[]') as unknown[]),
            ...(JSON.parse(rule.pattern ?? '[]') as unknown[]),
          ]),
        }),
      )
    else throw new ErrataError('CONFIG_INVALID', 'two rules for one field of one vendor', at)
  })
  for (const rule of rules.values()) if (rule.pattern !== null) parsePatterns(rule.pattern)
  return [...rules.values()]
}

function entriesOf(text: string): Entry[] {
  const parse = (json: string, entry: number): unknown => {
    try {
      return JSON.parse(json) as unknown
    } catch (cause) {
      throw new ErrataError('CONFIG_INVALID', 'not JSON', { entry }, cause)
    }
  }
  const whole = text.trimStart().startsWith('[')
  const given = whole
    ? (parse(text, 1) as unknown[])
    : text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line, k) => parse(line, k + 1))
  if (given.length === 0 || given.length > mostEntries)
    throw new ErrataError('CONFIG_INVALID', `a rules file has 1 to ${mostEntries} entries`, {
      entries: given.length,
    })
  const wrong = given.findIndex(
    (entry) => typeof entry !== 'object' || entry === null || Array.isArray(entry),
  )
  if (wrong >= 0)
    throw new ErrataError('CONFIG_INVALID', 'an entry is an object', { entry: wrong + 1 })
  return given as Entry[]
}

/**
 * A line of a pattern file. A plain text is matched word by word, as spaCy's PhraseMatcher would.
 */
function fromPattern(entry: Entry, author: Author, at: { entry: number }): Rule {
  if (typeof entry['label'] !== 'string')
    throw new ErrataError('CONFIG_INVALID', 'a label is a text', at)
  const given = entry['pattern']
  const pattern =
    typeof given === 'string'
      ? given
          .split(/\s+/)
          .filter((word) => word !== '')
          .map((TEXT) => ({ TEXT }))
      : given
  if (!Array.isArray(pattern) || pattern.length === 0)
    throw new ErrataError('CONFIG_INVALID', 'a pattern is a text or a list of conditions', at)
  return ruleOf(
    {
      field: entry['label'].toLowerCase().replaceAll(/[^a-z0-9]+/g, '_'),
      kind: 'pattern',
      pattern: JSON.stringify([pattern]),
    },
    author,
    at,
  )
}

function fromRule(entry: Entry, author: Author, at: { entry: number }): Rule {
  const known = new Set([
    'field',
    'vendor',
    'kind',
    'value',
    'raw',
    'anchor',
    'relation',
    'spellings',
    'box',
    'page',
    'pattern',
    'why',
  ])
  const unknown = Object.keys(entry).find((name) => !known.has(name))
  if (unknown !== undefined)
    throw new ErrataError('CONFIG_INVALID', 'a rule has no such property', {
      ...at,
      property: unknown.slice(0, 40),
    })
  const { pattern, anchor, spellings } = entry
  return ruleOf(
    {
      ...entry,
      ...(pattern === undefined
        ? {}
        : {
            pattern: JSON.stringify(
              Array.isArray(pattern) && pattern.every((one) => Array.isArray(one))
                ? pattern
                : [pattern],
            ),
          }),
      ...(typeof anchor === 'string' ? { anchor: plainOf(anchor) } : {}),
      ...(typeof spellings === 'object' && spellings !== null
        ? {
            spellings: Object.fromEntries(
              Object.entries(spellings).map(([from, to]) => [plainOf(from), to]),
            ),
          }
        : {}),
    },
    author,
    at,
  )
}

function ruleOf(entry: Entry, author: Author, at: { entry: number }): Rule {
  const refuse: Refuse = (message) => {
    throw new ErrataError('CONFIG_INVALID', message, at)
  }
  const text = (name: string): string | null => textIn(entry, name, refuse)
  const field = text('field') ?? refuse('a rule needs a field')
  const kind =
    kinds.find((one) => one === entry['kind']) ?? refuse(`kind is one of ${kinds.join(', ')}`)
  if (!author.profile.fields.some(({ name }) => name === field))
    refuse(`the profile ${author.profile.name} has no such field`)
  const spellings = spellingsIn(entry, refuse)
  const place = placeIn(entry, refuse)
  const rule: Rule = {
    vendor: text('vendor') ?? author.vendor ?? everyVendor,
    field,
    profile: author.profile.name,
    tenant: author.tenant,
    id: '',
    state: 'active',
    kind,
    strict: false,
    value: text('value'),
    raw: text('raw'),
    anchor: text('anchor'),
    relation: text('relation') ?? (kind === 'anchor' ? 'right' : null),
    spellings,
    ...place,
    pattern: text('pattern'),
    refuted: [],
    taughtBy: [],
    since: author.now,
    decidedBy: author.by,
    why: text('why') ?? 'written by hand',
  }
  if (lacks(rule)) refuse(`a rule of kind ${kind} lacks what it needs`)
  return named(rule)
}

type Refuse = (message: string) => never

function textIn(entry: Entry, name: string, refuse: Refuse): string | null {
  const value = entry[name] ?? null
  if (value === null) return null
  if (typeof value !== 'string' || value === '')
    return refuse(`${name} is a text of up to ${longestText} characters`)
  return name === 'pattern' || value.length <= longestText
    ? value
    : refuse(`${name} is a text of up to ${longestText} characters`)
}

function spellingsIn(entry: Entry, refuse: Refuse): Rule['spellings'] {
  const spellings = (entry['spellings'] ?? {}) as Readonly<Record<string, string>>
  const isValid =
    typeof spellings === 'object' &&
    Object.values(spellings).every((value) => typeof value === 'string')
  return isValid ? spellings : refuse('spellings maps texts to texts')
}

function placeIn(entry: Entry, refuse: Refuse): Pick<Rule, 'box' | 'page'> {
  const box = (entry['box'] ?? []) as readonly number[]
  const page = (entry['page'] ?? null) as number | null
  if (!Array.isArray(box) || box.some((edge) => !Number.isInteger(edge) || edge < 0 || edge > 1000))
    refuse('box is four whole thousandths of the page')
  if (page !== null && !Number.isInteger(page)) refuse('page is a number from 1')
  return { box, page }
}

/** Whether a rule lacks a property that its kind requires. */
export function lacks({
  kind,
  value,
  spellings,
  anchor,
  relation,
  box,
  page,
  pattern,
}: Rule): boolean {
  switch (kind) {
    case 'constant':
      return value === null
    case 'choice':
    case 'spelling':
      return Object.keys(spellings).length === 0
    case 'anchor':
      return !anchor || !relations.includes(relation ?? '')
    case 'position':
      return box.length !== 4 || page === null
    case 'pattern':
      return pattern === null
    case 'column':
    case 'absent':
    case 'none':
    case 'caution':
    case 'unknown':
      return false
    default:
      return kind satisfies never
  }
}

function named(rule: Rule): Rule {
  const { vendor, field, kind, value, raw, anchor, relation, spellings, box, page, pattern } = rule
  return {
    ...rule,
    id: createHash('sha256')
      .update(
        JSON.stringify([
          vendor,
          field,
          { kind, value, raw, anchor, relation, spellings, box, page, pattern },
        ]),
      )
      .digest('hex')
      .slice(0, 12),
  }
}
