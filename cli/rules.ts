/**
 * `errata rules …`: the rules of each vendor with the verdicts behind them, and people's decisions
 * about them.
 */

import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import type { Config } from '../config.ts'
import { ErrataError } from '../errors.ts'
import { readRules } from '../operations/read-rules.ts'
import { readProfiles } from '../operations/profiles.ts'
import { countsOf, findReversal, publishReversal } from '../operations/revert.ts'
import { verifyRules } from '../operations/rules-verify.ts'
import {
  historyOf,
  hitsOf,
  publishRules,
  ruleName,
  ruleOf,
  tryAndPublish,
  withRulesConnection,
} from '../operations/rules.ts'
import { parseRules } from '../processors/rules/rule-files.ts'
import { disabled, enabled } from '../processors/rules/rule-table.ts'
import { profileOf } from '../schemas/profiles.ts'
import type { Rule } from '../schemas/types.ts'
import { table } from './table.ts'

export interface ListOptions {
  readonly vendor: string | null
  readonly json: boolean
}

/** Learned rules in effect, and rules by hand without a learned one. */
export async function listRules(config: Config, { vendor, json }: ListOptions): Promise<number> {
  const rules = await withRulesConnection(config, (connection) => readRules(config, connection))
  const hits = await hitsOf(config)
  const vendors = [...new Set([...rules.records().values()].map((rule) => rule.vendor))]
    .filter((id) => vendor === null || id === vendor)
    .sort()
  const listed = vendors
    .flatMap((id) => [...rules.rulesOf(id).values()].filter((rule) => rule.vendor === id))
    .sort((a, b) => (ruleName(a) < ruleName(b) ? -1 : 1))
  if (json)
    for (const rule of listed)
      process.stdout.write(
        `${JSON.stringify({ ...rule, hits: hits?.get(rule.id) ?? (hits === null ? null : 0) })}\n`,
      )
  else
    process.stdout.write(
      table(
        ['RULE', 'KIND', 'STATE', 'HITS', 'SINCE', 'FROM'],
        listed.map((rule) => [
          ruleName(rule),
          kindOf(rule),
          rule.state,
          hits === null ? '-' : String(hits.get(rule.id) ?? 0),
          dayOf(rule.since),
          rule.decidedBy ??
            (rule.kind === 'caution'
              ? rule.why
              : `${rule.taughtBy.length} verdict${rule.taughtBy.length === 1 ? '' : 's'}, ${rule.taughtBy[0] ?? ''}`),
        ]),
      ),
    )
  if (listed.length === 0) process.stderr.write('no rules yet\n')
  return 0
}

/** A rule in effect, its parts, and its history: every change, with the verdict behind it. */
export async function showRule(config: Config, name: string): Promise<number> {
  return withRulesConnection(config, async (connection) => {
    const rules = await readRules(config, connection)
    const found = ruleOf(rules, name)
    const history = await historyOf(config, connection, found)
    const hits = await hitsOf(config)
    process.stdout.write(
      `${JSON.stringify({ ...found, hits: hits?.get(found.id) ?? (hits === null ? null : 0), taught: rules.records().get(name) ?? null, byHand: rules.records().get(`${name}/hand`) ?? null, history }, null, 2)}\n`,
    )
    return 0
  })
}

/** A rule in words, and its results on the documents that it was learned from. */
export async function explainRule(config: Config, name: string): Promise<number> {
  return withRulesConnection(config, async (connection) => {
    const rule = ruleOf(await readRules(config, connection), name)
    process.stdout.write(`${ruleName(rule)}: ${rule.why} (${rule.kind}, ${rule.state})\n`)
    for (const line of partsOf(rule)) process.stdout.write(`  ${line}\n`)
    if (rule.strict)
      process.stdout.write(
        '  a person had to change this field here, so the model alone is not believed\n',
      )
    if (rule.refuted.length > 0)
      process.stdout.write(
        `  ${rule.refuted.length} value${rule.refuted.length === 1 ? ' was' : 's were'} called wrong and never accepted again unseen\n`,
      )
    const report = await verifyRules(
      config,
      connection,
      await readProfiles(config, connection),
      (verdict) => verdict.vendor.id === rule.vendor,
    )
    for (const line of report.filter(({ field }) => field === rule.field))
      process.stdout.write(
        `  ${line.verdict}: ${line.outcome}${line.origin === null ? '' : `, by ${line.origin}`}\n`,
      )
    return 0
  })
}

/**
 * Checks every correction with the current rules and champion: 1 where a mistake would be accepted
 * again.
 */
export async function verifyCommand(config: Config, json: boolean): Promise<number> {
  const report = await withRulesConnection(config, async (connection) =>
    verifyRules(config, connection, await readProfiles(config, connection), () => true),
  )
  const count = (outcome: string): number =>
    report.filter((line) => line.outcome === outcome).length
  for (const line of report) {
    if (json) process.stdout.write(`${JSON.stringify(line)}\n`)
    else if (line.outcome === 'broken')
      process.stdout.write(
        `broken: ${line.verdict} ${line.field} (${line.vendor}), by ${line.origin ?? 'nobody'}\n`,
      )
  }
  process.stderr.write(
    `${report.length} corrections: ${count('right')} read right now, ${count('asked')} go to a person, ${count('broken')} would be accepted wrongly\n`,
  )
  return count('broken') === 0 ? 0 : 1
}

export async function disableRule(config: Config, name: string, why: string): Promise<number> {
  return decide(
    config,
    name,
    (rule) => {
      const record = disabled(rule, { by: userInfo().username, now: Date.now(), why })
      if (record !== null) return record
      throw new ErrataError('CONFIG_INVALID', 'only a later version can disable this rule', {
        rule: name,
      })
    },
    'is disabled',
  )
}

/** Reverts `disable`: a learned or hand-written rule applies again. */
export async function enableRule(config: Config, name: string): Promise<number> {
  return withRulesConnection(config, async (connection) => {
    const hand = (await readRules(config, connection)).records().get(`${name}/hand`)
    if (hand?.state !== 'disabled')
      throw new ErrataError('CONFIG_INVALID', 'this rule is not disabled', { rule: name })
    const enabledAgain = { by: userInfo().username, now: Date.now(), why: 'enabled again' }
    await publishRules(config, connection, [[`${name}/hand`, enabled(hand, enabledAgain)]])
    process.stderr.write(`${name} is enabled\n`)
    return 0
  })
}

/**
 * Publishes the rules of a file. One that contradicts what people have confirmed is published
 * switched off, with the verdicts that it contradicts: `enable` has it hold all the same. 0 where
 * all of them hold, else 1.
 */
export async function addRules(
  config: Config,
  file: string,
  options: { readonly profile: string; readonly vendor: string | null },
): Promise<number> {
  return withRulesConnection(config, async (connection) => {
    const profile = profileOf(await readProfiles(config, connection), options.profile)
    const rules = parseRules(readFileSync(file, 'utf8'), {
      profile,
      tenant: 'default',
      by: userInfo().username,
      now: Date.now(),
      vendor: options.vendor,
    })
    const tried = await tryAndPublish(config, connection, profile, rules)
    for (const rule of tried)
      process.stderr.write(
        `${ruleName(rule)} ${rule.kind}${rule.state === 'disabled' ? ` is switched off: ${rule.why}` : ''}\n`,
      )
    return tried.some(({ state }) => state === 'disabled') ? 1 : 0
  })
}

export interface RevertOptions {
  readonly reviewer: string
  readonly since: string // ISO date or time
  readonly why: string
  readonly dryRun: boolean
}

/**
 * Everything that a reviewer taught since a date: verdicts, and with them rules and training; and
 * rules by hand.
 */
export async function revertReviewer(
  config: Config,
  { reviewer, since, why, dryRun }: RevertOptions,
): Promise<number> {
  const from = Date.parse(since)
  if (Number.isNaN(from))
    throw new ErrataError('CONFIG_INVALID', 'not a date, such as 2024-03-31', { since })
  return withRulesConnection(config, async (connection) => {
    const found = await findReversal(
      config,
      connection,
      (await readRules(config, connection)).records(),
      { reviewer, since: from, by: userInfo().username, now: Date.now(), why },
    )
    const { withdrawn, restored, rules } = countsOf(found)
    process.stderr.write(
      `${dryRun ? 'would take' : 'takes'} back ${withdrawn + restored} verdicts of ${reviewer}: ${withdrawn} withdrawn and open for another person, ${restored} again what was said before; and ${rules} rules by hand\n`,
    )
    if (dryRun) {
      for (const verdict of found.verdicts)
        process.stdout.write(
          `${verdict.documentId}@${verdict.revision} ${verdict.decision === 'rejected' ? 'withdrawn' : `as ${verdict.reviewer} said`}\n`,
        )
      return 0
    }
    await publishReversal(config, connection, found)
    process.stderr.write(
      'the next training is without them; `errata models list` shows the models until then, `errata models rollback` goes back to an earlier one\n',
    )
    return 0
  })
}

async function decide(
  config: Config,
  name: string,
  decision: (rule: Rule) => Rule | null,
  done: string,
): Promise<number> {
  return withRulesConnection(config, async (connection) => {
    const rule = ruleOf(await readRules(config, connection), name)
    await publishRules(config, connection, [[`${name}/hand`, decision(rule)]])
    process.stderr.write(`${name} ${done}\n`)
    return 0
  })
}

const relations: Readonly<Record<string, string>> = {
  right: 'to the right of',
  'right-last': 'to the right of the last',
  below: 'below',
  'below-last': 'below the last',
}

/** What a rule looks for and returns, a line for each part. */
function partsOf({
  kind,
  value,
  raw,
  anchor,
  relation,
  spellings,
  box,
  page,
  pattern,
}: Rule): string[] {
  return [
    ...(kind === 'constant'
      ? [`gives ${value ?? ''}${raw === null ? '' : `, where ${raw} is printed`}`]
      : []),
    ...(anchor === null ? [] : [`looks ${relations[relation ?? 'right'] ?? relation} ${anchor}`]),
    ...Object.entries(spellings).map(([printed, means]) =>
      kind === 'column' ? `column ${printed}: ${means}` : `${printed} is ${means}`,
    ),
    ...(box.length === 4
      ? [`looks on page ${page ?? 1} at ${box.join(', ')} thousandths of its width and height`]
      : []),
    ...(pattern === null ? [] : [`looks for ${pattern}`]),
  ]
}

function kindOf({ kind, strict, taughtBy }: Rule): string {
  if (kind === 'caution') return kind
  if (taughtBy.length === 0) return `${kind} (by hand)`
  return strict ? kind : `${kind} (confirmed)`
}

const dayOf = (time: number): string =>
  time === 0 ? '-' : new Date(time).toISOString().slice(0, 16).replace('T', ' ')
