/** Settings: access, limits on documents, reading, reviewing and training. */

import { Cron } from 'croner'
import {
  aSecond,
  aDay,
  anyNumber,
  faultOfToken,
  faultOfNetworks,
  faultOfUrl,
  type Setting,
} from './setting.ts'

// bytes: a topic takes records of 10 MiB, and a record holds more than the document
const mostInline = 8_388_608

function faultOfCron(text: string): string | null {
  try {
    new Cron(text, { paused: true })
    return null
  } catch {
    return 'must be a schedule of five fields such as 0 3 * * *, or empty'
  }
}

export const workSettings = {
  token: {
    env: 'ERRATA_TOKEN',
    type: 'text',
    default: null,
    fault: faultOfToken,
    doc: 'Bearer token for the HTTP API, of at least 16 characters; needed where the address is not loopback.',
    secret: true,
  },
  trustedProxies: {
    env: 'ERRATA_TRUSTED_PROXIES',
    type: 'text',
    default: null,
    fault: faultOfNetworks,
    doc: 'Addresses or CIDR blocks of reverse proxies, comma separated, whose X-Forwarded-For and X-Forwarded-Host are trusted. If set, every request needs a token or a login.',
  },
  maxBytes: {
    env: 'ERRATA_MAX_BYTES',
    type: 'number',
    default: 33_554_432,
    range: [1, 2 ** 31 - 1],
    doc: 'Largest document in bytes (32 MiB).',
  },
  inlineBytes: {
    env: 'ERRATA_INLINE_BYTES',
    type: 'number',
    default: 524_288,
    range: [0, mostInline],
    doc: 'Documents up to this many bytes travel in the record, larger ones by sha256.',
  },
  maxPages: {
    env: 'ERRATA_MAX_PAGES',
    type: 'number',
    default: 100,
    range: [1, 100_000],
    doc: 'Most pages of a document.',
  },
  maxPixels: {
    env: 'ERRATA_MAX_PIXELS',
    type: 'number',
    default: 80_000_000,
    range: [1, 2 ** 31 - 1],
    doc: 'Most pixels of a page.',
  },
  maxObjects: {
    env: 'ERRATA_MAX_OBJECTS',
    type: 'number',
    default: 500_000,
    range: [1, 2 ** 31 - 1],
    doc: 'Most objects drawn on the pages of a PDF, all pages together: texts, lines, shapes, pictures.',
  },
  readTimeoutMs: {
    env: 'ERRATA_READ_TIMEOUT_MS',
    type: 'number',
    default: 120_000,
    range: [aSecond, aDay],
    doc: 'Hard deadline for reading one page.',
  },
  documentTimeoutMs: {
    env: 'ERRATA_DOCUMENT_TIMEOUT_MS',
    type: 'number',
    default: 600_000,
    range: [aSecond, aDay],
    doc: 'Hard deadline for reading a whole document. Waiting for a free worker is not counted.',
  },
  ocrWorkers: {
    env: 'ERRATA_OCR_WORKERS',
    type: 'number',
    default: 0,
    range: [0, 1_000],
    doc: 'OCR workers; 0: one fewer than there are cores.',
  },
  ocrEngine: {
    env: 'ERRATA_OCR_ENGINE',
    type: 'text',
    default: 'auto',
    choices: ['auto', 'tesseract', 'ppocr'],
    doc: 'auto, tesseract or ppocr; auto: PP-OCR where its models are installed, else Tesseract. `errata up` fetches them at the first start, unless this is tesseract.',
  },
  ocrLanguages: {
    env: 'ERRATA_OCR_LANGUAGES',
    type: 'text',
    default: 'eng+deu+fra+spa',
    fault: (text) =>
      /^[a-z_]+(\+[a-z_]+)*$/i.test(text) ? null : 'must be names of languages with + between them',
    doc: 'Languages of Tesseract where it is the engine. PP-OCR reads Latin, Chinese and Japanese at once; other scripts it hands to Tesseract, in their own languages.',
  },
  batchRecords: {
    env: 'ERRATA_BATCH_RECORDS',
    type: 'number',
    default: 50,
    range: [1, 10_000],
    doc: 'Most records in a transaction.',
  },
  sessionTimeoutMs: {
    env: 'ERRATA_SESSION_TIMEOUT_MS',
    type: 'number',
    default: 15_000,
    range: [aSecond, 1_800 * aSecond],
    doc: 'A consumer that sends no heartbeat for this long loses its partitions.',
  },
  secondReviewAbove: {
    env: 'ERRATA_SECOND_REVIEW_ABOVE',
    type: 'number',
    default: 0,
    range: anyNumber,
    fractional: true,
    doc: 'Amount from which an approver must confirm another person’s answer, whatever the currency; 0: never.',
  },
  publicUrl: {
    env: 'ERRATA_PUBLIC_URL',
    type: 'text',
    default: null,
    fault: faultOfUrl(['https', 'http'], 'not needed here'),
    doc: 'Address under which browsers reach the pages, such as https://errata.example; needed for a login by OpenID Connect, and to open the pages by a name that is not ERRATA_HOST.',
  },
  oidcIssuer: {
    env: 'ERRATA_OIDC_ISSUER',
    type: 'text',
    default: null,
    fault: faultOfUrl(['https', 'http'], 'ERRATA_OIDC_CLIENT_ID and ERRATA_OIDC_CLIENT_SECRET'),
    doc: 'OpenID provider, such as https://login.example/realms/main: people log in there.',
  },
  oidcClientId: {
    env: 'ERRATA_OIDC_CLIENT_ID',
    type: 'text',
    default: null,
    doc: 'Client at the provider; its redirect address is ERRATA_PUBLIC_URL/auth/callback.',
  },
  oidcClientSecret: {
    env: 'ERRATA_OIDC_CLIENT_SECRET',
    type: 'text',
    default: null,
    doc: 'Secret of the client; what a browser keeps while it is at the provider is signed by a key derived from it.',
    secret: true,
  },
  oidcRoleClaim: {
    env: 'ERRATA_OIDC_ROLE_CLAIM',
    type: 'text',
    default: 'roles',
    doc: 'Claim that lists a person’s roles: errata-analyst, errata-reviewer, errata-approver or errata-operator, with or without the prefix. An account of `errata users` for the same subject or e-mail address comes first.',
  },
  sessionIdleMinutes: {
    env: 'ERRATA_SESSION_IDLE_MINUTES',
    type: 'number',
    default: 120,
    range: [5, 10_080],
    doc: 'A browser that did nothing for so long has to log in again.',
  },
  sessionHours: {
    env: 'ERRATA_SESSION_HOURS',
    type: 'number',
    default: 10,
    range: [1, 720],
    doc: 'So long after the login a browser has to log in again.',
  },
  documentQuota: {
    env: 'ERRATA_DOCUMENT_QUOTA',
    type: 'number',
    default: 6000,
    range: anyNumber,
    doc: 'Documents a minute that one caller may send to POST /documents; 0: no limit.',
  },
  verdictQuota: {
    env: 'ERRATA_VERDICT_QUOTA',
    type: 'number',
    default: 600,
    range: anyNumber,
    doc: 'Answers a minute that one reviewer may give over HTTP; 0: no limit.',
  },
  targetError: {
    env: 'ERRATA_TARGET_ERROR',
    type: 'number',
    default: 0.01,
    range: [0, 1],
    fractional: true,
    doc: 'Largest share of wrong values among accepted ones that the operator tolerates.',
  },
  sampleShare: {
    env: 'ERRATA_SAMPLE_SHARE',
    type: 'number',
    default: 0.02,
    range: [0, 1],
    fractional: true,
    doc: 'Share of acceptable documents that are reviewed anyway, as a sample.',
  },
  trainCron: {
    env: 'ERRATA_TRAIN_CRON',
    type: 'text',
    default: '0 3 * * *',
    fault: faultOfCron,
    doc: 'When the trainer runs; empty: never.',
  },
  trainCount: {
    env: 'ERRATA_TRAIN_COUNT',
    type: 'number',
    default: 50,
    range: anyNumber,
    doc: 'The trainer also runs after this many new verdicts; 0: never.',
  },
  shadowModel: {
    env: 'ERRATA_SHADOW_MODEL',
    type: 'text',
    default: null,
    fault: (text) => (/^[^/]+\/[^/]+$/.test(text) ? null : 'must be name/version'),
    doc: 'name/version of the model that `errata run shadow` watches; otherwise the newest after the champion.',
  },
  modelSigningKey: {
    env: 'ERRATA_MODEL_SIGNING_KEY',
    type: 'text',
    default: null,
    doc: 'Ed25519 private key in PEM that signs models: for the trainer, and for promotion by hand.',
    secret: true,
  },
  modelPublicKey: {
    env: 'ERRATA_MODEL_PUBLIC_KEY',
    type: 'text',
    default: null,
    doc: 'Ed25519 public key in PEM, or several: models without a signature by one of them are not used. Not set: signatures are not checked.',
  },
  mlflowUrl: {
    env: 'ERRATA_MLFLOW_URL',
    type: 'text',
    default: null,
    fault: faultOfUrl(['https', 'http']),
    doc: 'An MLflow server that mirrors the models, such as http://user:password@host:5000; the alias champion follows the gate.',
    secret: true,
  },
  seed: {
    env: 'ERRATA_SEED',
    type: 'number',
    default: 13,
    range: [0, 2 ** 32 - 1],
    doc: 'Seed of the trainer.',
  },
  samples: {
    env: 'ERRATA_SAMPLES',
    type: 'number',
    default: 24,
    range: anyNumber,
    doc: 'Sample invoices that the first start sends through; 0: none.',
  },
  logLevel: {
    env: 'ERRATA_LOG_LEVEL',
    type: 'text',
    default: 'info',
    choices: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    doc: 'trace, debug, info, warn, error, fatal or silent.',
  },
  crashAt: {
    env: 'ERRATA_CRASH_AT',
    type: 'text',
    default: null,
    doc: 'Tests only: stage:point:n kills the process there.',
  },
} as const satisfies Record<string, Setting>
