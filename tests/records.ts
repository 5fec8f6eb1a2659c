/** A plain record of each topic that is followed, for tests of what is made of them. */

import type {
  Audit,
  Claim,
  Credential,
  Extracted,
  Final,
  FinalDecision,
  Model,
  Payee,
  ProfileVersion,
  Raw,
  Rule,
  Task,
  TrainerBeat,
  TrainingRun,
  User,
  Verdict,
} from '../schemas/types.ts'
import { packWords } from '../processors/document/words.ts'
import { fieldOf, printOf, verdictOf } from './documents.ts'
import { shownDuplicates } from '../processors/shared/shown-duplicates.ts'
import { extractedOf } from './outcomes.ts'

const print = printOf('Corner Shop Ltd', 'Total Due 12.00')
const total = fieldOf(print, 'grand_total', '12.00')

/** A document as a producer sends it. */
export function rawOf(documentId: string, change: Partial<Raw> = {}): Raw {
  return {
    documentId,
    tenant: 'default',
    profile: 'receipt',
    mediaType: null,
    fileName: null,
    source: 'test',
    sha256: null,
    bytes: Buffer.from(documentId),
    receivedAt: 1,
    metadata: {},
    ...change,
  }
}

export function modelOf(version: number, change: Partial<Model> = {}): Model {
  return {
    name: 'invoice',
    version,
    sha256: version.toString(16).padStart(64, '0'),
    bytes: 1_000,
    state: 'candidate',
    fingerprint: `f${version}`,
    manifest: JSON.stringify({
      trainedOn: [`d${version}`],
      heldOut: [`h${version}@1`],
      offsets: { 0: '1' },
    }),
    evidence: '{}',
    decidedBy: 'gate',
    decidedAt: 1_700_000_000_000,
    reason: 'a test',
    championSince: null,
    signature: null,
    ...change,
  }
}

export function ruleOf(vendor: string, change: Partial<Rule> = {}): Rule {
  return {
    vendor,
    field: 'grand_total',
    profile: 'invoice',
    tenant: 'default',
    id: 'r1',
    state: 'active',
    kind: 'constant',
    strict: true,
    value: '12.00',
    raw: null,
    anchor: null,
    relation: null,
    spellings: {},
    box: [],
    page: null,
    pattern: null,
    refuted: [],
    taughtBy: ['d@1'],
    since: 1_700_000_000_000,
    tighten: 0,
    from: null,
    until: null,
    decidedBy: null,
    why: 'a test',
    ...change,
  }
}

export function payeeFor(vendor: string): Payee {
  return {
    vendor,
    keys: [vendor],
    documents: 1,
    accounts: [
      {
        account: 'DE02120300000000202051',
        documents: 1,
        confirmedBy: 'ann',
        confirmedAt: 1_700_000_000_000,
      },
    ],
  }
}

export function trainingRunOf(key: string, change: Partial<TrainingRun> = {}): TrainingRun {
  return {
    key,
    profile: 'receipt',
    state: 'done',
    askedAt: 1_700_000_000_000,
    startedAt: 1_700_000_001_000,
    endedAt: 1_700_000_060_000,
    outcome: 'refused',
    version: 'receipt/2',
    reasons: ['reads less well'],
    progress: null,
    ...change,
  }
}

export function trainerBeatOf(name: string): TrainerBeat {
  return { name, at: 1_700_000_000_000, waiting: { invoice: 7 }, wanted: 50, nextAt: null }
}

export function profileVersionOf(
  name: string,
  change: Partial<ProfileVersion> = {},
): ProfileVersion {
  return {
    name,
    version: 1,
    profile: JSON.stringify({ name, fields: [{ name: 'grand_total', type: 'money' }] }),
    changedAt: 1_700_000_000_000,
    changedBy: 'ann',
    removed: false,
    earlier: [],
    ...change,
  }
}

export function userOf(name: string, change: Partial<User> = {}): User {
  return {
    name,
    role: 'reviewer',
    tokenHash: null,
    subject: `${name}@example`,
    profiles: [],
    vendors: [],
    changedAt: 1_700_000_000_000,
    changedBy: 'ann',
    removed: false,
    roleName: null,
    addedAt: 0,
    disabled: false,
    ...change,
  }
}

export function credentialOf(key: string, change: Partial<Credential> = {}): Credential {
  return {
    key,
    kind: 'token',
    user: 'ann',
    account: 0,
    hash: null,
    password: 0,
    subject: null,
    role: 'reviewer',
    label: 'a program',
    oneTime: false,
    createdAt: 1_700_000_000_000,
    expiresAt: 4_000_000_000_000,
    ...change,
  }
}

export function auditOf(actor: string): Audit {
  return {
    at: 1_700_000_000_000,
    actor,
    role: 'reviewer',
    action: 'answered',
    target: null,
    detail: {},
  }
}

/** Each document has a vendor of its own. */
export function verdictFor(documentId: string): Verdict {
  return verdictOf(documentId, print, [total], [total], {
    profile: 'receipt',
    sha256: documentId,
    vendor: { id: `vat:${documentId}`, name: null, evidence: 'vat' },
  })
}

export function taskOf(documentId: string, change: Partial<Task> = {}): Task {
  return {
    documentId,
    revision: 0,
    tenant: 'default',
    profile: 'receipt',
    fileName: null,
    source: 'test',
    sha256: documentId,
    receivedAt: 1_700_000_000_000,
    priority: 1,
    reasons: [{ code: 'missing', field: 'issue_date', detail: null }],
    vendor: { id: `vat:${documentId}`, name: null, evidence: 'vat' },
    fields: [{ ...total, confidence: 0.5 }],
    candidates: [],
    lineItems: [],
    checks: [],
    model: null,
    rulesVersion: '',
    pages: print.pages,
    words: packWords(print.words),
    ...change,
  }
}

export function readingOf(documentId: string): Extracted {
  return {
    ...extractedOf(documentId, 'accepted'),
    vendor: { id: `vat:${documentId}`, name: null, evidence: 'vat' },
  }
}

/** `outcome` and `reasons` make the decision. */
export function claimBy({
  outcome,
  reasons = [],
  ...change
}: Partial<Claim> &
  Pick<FinalDecision, 'outcome'> &
  Partial<Pick<FinalDecision, 'reasons'>>): Claim {
  const isPerson = outcome !== 'accepted' && outcome !== 'review'
  return {
    documentId: 'd',
    identity: 'i',
    revision: 0,
    sequence: 0,
    sha256: 'aa',
    duplicateOf: null,
    unshown: [],
    ...change,
    decision: {
      outcome,
      reviewer: isPerson ? 'ann' : null,
      decidedAt: 1_700_000_000_000,
      comment: null,
      shown: shownDuplicates(reasons),
      source: { topic: isPerson ? 'corrected' : 'ocr', partition: 0, offset: 0 },
      tenant: 'default',
      profile: 'invoice',
      mediaType: isPerson ? null : 'application/pdf',
      fileName: null,
      sender: 'http',
      receivedAt: 1_700_000_000_000,
      metadata: isPerson ? {} : { order: '7' },
      reasons,
      vendor: { id: 'vat:A', name: null, evidence: 'vat' },
      fields: [total],
      lineItems: [],
      checks: [],
      model: null,
      rulesVersion: '',
    },
  }
}

export function finalOf(documentId: string, change: Partial<Final> = {}): Final {
  return {
    documentId,
    status: 'accepted',
    decidedBy: null,
    decision: null,
    decidedAt: 1_700_000_000_000,
    revision: 0,
    comment: null,
    duplicateOf: null,
    tenant: 'default',
    profile: 'receipt',
    mediaType: 'application/pdf',
    fileName: null,
    source: 'test',
    sha256: documentId,
    receivedAt: 1,
    metadata: {},
    vendor: { id: 'vat:A', name: null, evidence: 'vat' },
    fields: [],
    lineItems: [],
    reasons: [],
    checks: [],
    model: null,
    rulesVersion: '',
    ...change,
  }
}
