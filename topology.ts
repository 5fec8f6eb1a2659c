/**
 * THE PICTURE: every topic, key, stage and edge, stated once.
 *
 *   producers ─► raw ─[ocr]─► ocr ─[extract]─► extracted, claims ─[screen]─► screened ─[settle]─► final: ERP, exports
 *                                ▲   ▲    └───► needs-review ─[review]─► corrected ─[judge]─► verdicts
 *                                │   │                                 training, claims ◄─[learn]─┘
 *                                │   └────────── rules, payees ◄──────────[teach]────┤
 *                                └────────────── models ◄────────────────[trainer]───┘
 *   extracted, training ─[watch]─► rules: cautions, where a vendor is not what it was
 *   needs-review, rules, models ─[review]─► outdated ─[reread]─► ocr: what waits is read again by what was learned
 *   profiles ─► every process: what is extracted from a kind of document
 *   training-runs ─[trainer]─► training-runs, trainers ─[review]─► the pages
 *   ocr ─[shadow]─► shadow, where a candidate model is watched before it is promoted
 *   every topic ─[analytics]─► ClickHouse          every stage ─► its dead-letter topic
 *
 * Topic creation, consumer groups, transactional ids, access rights, metrics labels, the test driver,
 * the AsyncAPI document and the analytics sink derive from this value; no other file spells a topic's
 * full name.
 *
 * PARTITIONS. All stage topics have the same number P, and a stage writes to the partition that it
 * reads from: so each output partition has one transactional writer. The exceptions: learn
 * partitions `training` by vendor, so that the verdicts of a vendor meet; `claims` is partitioned by
 * the invoice that a document claims to be, so that two documents of one invoice meet; and screen
 * sends each claim back to its document's partition. P is fixed for the life of the topics: another
 * P puts keys into other partitions and needs topics of a new generation, which `errata topics copy`
 * makes.
 */

import { analyticsRows, type AnalyticsRows } from './processors/analytics.ts'
import { extract } from './processors/extract.ts'
import { countedVerdicts, judge, rememberCounted } from './processors/judge.ts'
import { learn, rememberTeacher, teachers } from './processors/learn.ts'
import { ocr } from './processors/ocr.ts'
import { stage, type CommonUse, type Edge, type TopicName } from './processors/processor.ts'
import { granted, rememberGranted, reread } from './processors/reread.ts'
import { claimants, rememberClaim, screen } from './processors/screen.ts'
import { lastWords, rememberLastWord, settle } from './processors/settle.ts'
import { shadow } from './processors/shadow.ts'
import { rememberExample, teach, vendors } from './processors/teach.ts'
import { recordInvariants, recordKeys, type RecordRules } from './processors/validate.ts'

const day = 86_400_000 // ms

/** What holds of a topic whatever its records are. */
export interface TopicSettings {
  readonly key: string | { readonly name: string }
  readonly partitions: 'P' | 1
  /** ms; -1 keeps for ever */
  readonly retainMs: number
  readonly compact: boolean
  /**
   * A record without value erases what was said of the document before. Compacted topics have
   * tombstones anyway.
   */
  readonly erasable?: true
  readonly says: string
}

/** All that is said of a topic: also what its records may say, and what becomes of them. */
interface Topic<T extends TopicName> extends TopicSettings, RecordRules<T> {
  readonly key: RecordRules<T>['key']
  /** The rows that analytics keeps of it; null where it doesn't read the topic. */
  readonly analytics: AnalyticsRows<T> | null
}

export const topics: { readonly [T in TopicName]: Topic<T> } = {
  raw: {
    key: 'documentId',
    partitions: 'P',
    retainMs: 30 * day,
    compact: false,
    says: 'these bytes arrived',
    invariants: recordInvariants.raw,
    analytics: analyticsRows.raw,
  },
  ocr: {
    key: 'documentId',
    partitions: 'P',
    retainMs: 7 * day,
    compact: false,
    erasable: true,
    says: 'what is printed: pages, words, codes, embedded XML',
    invariants: recordInvariants.ocr,
    analytics: analyticsRows.ocr,
  },
  extracted: {
    key: 'documentId',
    partitions: 'P',
    retainMs: 30 * day,
    compact: false,
    erasable: true,
    says: 'fields with evidence, checks and the route',
    invariants: recordInvariants.extracted,
    analytics: analyticsRows.extracted,
  },
  'needs-review': {
    key: 'documentId',
    partitions: 'P',
    retainMs: 90 * day,
    compact: false,
    erasable: true,
    says: 'a complete task for a person',
    invariants: recordInvariants['needs-review'],
    analytics: analyticsRows['needs-review'],
  },
  outdated: {
    key: 'documentId',
    partitions: 'P',
    retainMs: 14 * day, // longer than ocr, without which nothing is read again
    compact: false,
    erasable: true,
    says: 'a document that waits is to be read again, by a later rule or model',
    invariants: recordInvariants.outdated,
    analytics: null, // the task that comes of it says why
  },
  corrected: {
    key: 'documentId',
    partitions: 'P',
    retainMs: -1,
    compact: false,
    erasable: true,
    says: 'a verdict as somebody gives it, with all that it was based on',
    invariants: recordInvariants.corrected,
    analytics: null, // verdicts has those that count
  },
  verdicts: {
    key: 'documentId',
    partitions: 'P',
    retainMs: -1,
    compact: false,
    erasable: true,
    says: 'a verdict that counts',
    invariants: recordInvariants.corrected,
    analytics: analyticsRows.verdicts,
  },
  training: {
    key: 'documentId',
    partitions: 'P',
    retainMs: -1,
    compact: true,
    says: 'the latest verdict of each document, partitioned by vendor',
    invariants: recordInvariants.corrected,
    analytics: analyticsRows.training,
  },
  rules: {
    key: recordKeys.rules,
    partitions: 'P',
    retainMs: -1,
    compact: true,
    says: 'what corrections taught',
    invariants: recordInvariants.rules,
    analytics: analyticsRows.rules,
  },
  payees: {
    key: 'vendor',
    partitions: 'P',
    retainMs: -1,
    compact: true,
    says: 'the bank accounts that people confirmed for a vendor',
    invariants: recordInvariants.payees,
    analytics: null, // the verdicts say it
  },
  models: {
    key: recordKeys.models,
    partitions: 1,
    retainMs: -1,
    compact: true,
    says: 'a model version, its evidence and its state',
    invariants: recordInvariants.models,
    analytics: analyticsRows.models,
  },
  profiles: {
    key: 'name',
    partitions: 1,
    retainMs: -1,
    compact: true,
    says: 'what is extracted from a kind of document',
    invariants: recordInvariants.profiles,
    analytics: analyticsRows.profiles,
  },
  'training-runs': {
    key: 'key',
    partitions: 1,
    retainMs: -1,
    compact: true,
    says: 'a training that somebody asked for, and what came of it',
    invariants: recordInvariants['training-runs'],
    analytics: null, // models says what was decided
  },
  trainers: {
    key: 'name',
    partitions: 1,
    retainMs: -1,
    compact: true,
    says: 'that a trainer runs, and what begins its next training',
    invariants: recordInvariants.trainers,
    analytics: null, // of the moment
  },
  users: {
    key: 'name',
    partitions: 1,
    retainMs: -1,
    compact: true,
    says: 'who may use the pages and the API',
    invariants: recordInvariants.users,
    analytics: null, // accounts are no statistics
  },
  credentials: {
    key: 'key',
    partitions: 1,
    retainMs: -1,
    compact: true,
    says: 'hashes of passwords, sessions and API tokens',
    invariants: recordInvariants.credentials,
    analytics: null,
  },
  audit: {
    key: 'actor',
    partitions: 1,
    retainMs: -1,
    compact: false,
    says: 'who did what, and when',
    invariants: recordInvariants.audit,
    analytics: analyticsRows.audit,
  },
  shadow: {
    key: 'documentId',
    partitions: 'P',
    retainMs: 30 * day,
    compact: false,
    erasable: true,
    says: 'what a candidate would have decided, beside extracted',
    invariants: recordInvariants.extracted,
    analytics: analyticsRows.shadow,
  },
  claims: {
    key: 'documentId',
    partitions: 'P',
    retainMs: -1,
    compact: false,
    erasable: true,
    says: 'what a document is decided to be, partitioned by the invoice that it claims to be',
    invariants: recordInvariants.claims,
    analytics: null, // final says what came of it
  },
  screened: {
    key: 'documentId',
    partitions: 'P',
    retainMs: -1,
    compact: false,
    erasable: true,
    says: 'a claim, with the document that claimed the same invoice before',
    invariants: recordInvariants.claims,
    analytics: null,
  },
  final: {
    key: 'documentId',
    partitions: 'P',
    retainMs: -1,
    compact: true,
    erasable: true,
    says: 'the last word on a document: the values that count, or that it is none',
    invariants: recordInvariants.final,
    analytics: analyticsRows.final,
  },
  dead: {
    key: recordKeys.dead,
    partitions: 'P',
    retainMs: 90 * day,
    compact: false,
    says: 'a record that could not be processed, with the cause; one topic for each stage',
    invariants: recordInvariants.dead,
    analytics: analyticsRows.dead,
  },
}
export const topicNames = Object.keys(topics) as TopicName[]

export const stages = {
  ocr: stage({ reads: 'raw', writes: ['ocr'], run: ocr, concurrency: 2 }),
  extract: stage({
    reads: 'ocr',
    writes: ['extracted', 'needs-review', 'claims'],
    follows: ['models', 'rules', 'payees', 'extracted'],
    run: extract,
    concurrency: 16,
  }),
  judge: stage({
    reads: 'corrected',
    writes: ['verdicts'],
    follows: ['needs-review'],
    run: judge,
    state: countedVerdicts,
    recalls: { topic: 'verdicts', fold: rememberCounted },
  }),
  learn: stage({
    reads: 'verdicts',
    formerly: 'corrected',
    writes: ['training', 'claims'],
    run: learn,
    state: teachers,
    fold: rememberTeacher,
  }),
  screen: stage({
    reads: 'claims',
    writes: ['screened'],
    run: screen,
    state: claimants,
    fold: rememberClaim,
  }),
  settle: stage({
    reads: 'screened',
    writes: ['final', 'needs-review', 'claims'],
    looksUp: ['ocr', 'verdicts', 'corrected'], // pages and words, where a decision goes to a person
    run: settle,
    state: lastWords,
    fold: rememberLastWord,
  }),
  reread: stage({
    reads: 'outdated',
    writes: ['ocr'],
    looksUp: ['ocr'],
    run: reread,
    state: granted,
    fold: rememberGranted,
  }),
  teach: stage({
    reads: 'training',
    writes: ['rules', 'payees'],
    run: teach,
    state: vendors,
    fold: rememberExample,
  }),
  shadow: stage({
    reads: 'ocr',
    writes: ['shadow'],
    follows: ['models', 'rules', 'payees', 'extracted'],
    run: shadow,
    optional: true,
  }),
} as const

const stageInputs = [...new Set(Object.values(stages).map(({ reads }) => reads))]

/** Where the outside meets the topics. */
export const edges = {
  intake: { writes: ['raw'] },
  watch: { follows: ['profiles', 'extracted', 'training', 'rules'], writes: ['rules'] },
  review: {
    follows: [
      'profiles',
      'raw',
      'ocr',
      'extracted',
      'needs-review',
      'verdicts',
      'final',
      'users',
      'credentials',
      'audit',
      'rules',
      'models',
      'dead',
      'training-runs',
      'trainers',
    ],
    // of ocr also where it begins: what has gone isn't read again
    looksUp: ['verdicts', 'dead', 'ocr', 'extracted'],
    writes: [
      'corrected',
      'audit',
      'rules',
      'outdated',
      'needs-review',
      'raw',
      'users',
      'credentials',
    ],
  },
  trainer: {
    follows: ['profiles', 'training', 'models', 'users', 'credentials', 'training-runs'],
    writes: ['models', 'audit', 'training-runs', 'trainers'],
    decides: ['models', 'training-runs'],
    leads: 'training-runs',
  },
  analytics: {
    reads: topicNames.filter((topic) => topics[topic].analytics !== null),
    follows: ['profiles', 'users', 'credentials'],
    leads: 'models',
  },
  /** What a person decides at the pages or by commands; dead letters go back to where they came from. */
  operator: {
    follows: ['profiles', 'models', 'users', 'credentials', 'audit'],
    looksUp: ['dead', ...stageInputs],
    writes: ['profiles', 'models', 'users', 'credentials', 'audit', 'dead', ...stageInputs],
    decides: ['profiles', 'models', 'replay'],
  },
} as const satisfies Record<string, Edge>

/** Which edges a process has that isn't a stage: the name that `errata run` is called with. */
export const services = {
  watch: ['watch'],
  web: ['intake', 'review', 'operator'],
  analytics: ['analytics'],
  trainer: ['trainer'],
} as const satisfies Record<string, readonly EdgeName[]>

export type ServiceName = keyof typeof services
export type StageName = keyof typeof stages
export type UseOf<N extends StageName> = Parameters<(typeof stages)[N]['run']>[1]
/** Stages that use more than every stage may. */
export type DemandingStage = {
  [N in StageName]: CommonUse extends UseOf<N> ? never : N
}[StageName]
export type EdgeName = keyof typeof edges
export const stageNames = Object.keys(stages) as StageName[]
/** Those that an instance is not whole without. */
export const requiredStages = stageNames.filter((name) => !stages[name].optional)

/** Full topic name: `invoices.raw`; for dead letters `invoices.ocr.dead`. */
export function topicName(topic: Exclude<TopicName, 'dead'>, prefix: string): string {
  return `${prefix}${topic}`
}

export function deadTopicName(stage: StageName, prefix: string): string {
  return `${prefix}${stage}.dead`
}

/** Consumer group of a stage or edge. */
export function groupName(name: StageName | EdgeName, prefix: string): string {
  return `${prefix}${name}`
}

/** One per (group, input topic, partition): what fences a zombie owner. */
export function transactionalId(stage: StageName, partition: number, prefix: string): string {
  return `${groupName(stage, prefix)}.${topicName(stages[stage].reads, prefix)}.${partition}`
}

/** The topics of a name: all dead-letter topics for `dead`. */
export function fullNames(topic: TopicName, prefix: string): readonly string[] {
  return topic === 'dead'
    ? stageNames.map((stage) => deadTopicName(stage, prefix))
    : [topicName(topic, prefix)]
}
