/** Extractions and dead letters for tests of where documents are. */

import type { Dead, Extracted, Verdict } from '../schemas/types.ts'
import { printOf, verdictOf } from './documents.ts'

export const print = printOf('Total 10.00')

export function extractedOf(
  documentId: string,
  route: Extracted['route'],
  sha256 = documentId,
): Extracted {
  return {
    documentId,
    tenant: 'default',
    profile: 'receipt',
    mediaType: 'application/pdf',
    fileName: null,
    source: 'test',
    sha256,
    receivedAt: 1,
    metadata: {},
    engine: '',
    pages: 1,
    vendor: { id: 'vat:A', name: null, evidence: 'vat' },
    fields: [],
    lineItems: [],
    checks: [],
    route,
    reasons: [],
    sampled: false,
    model: null,
    rulesVersion: '',
    readMs: 0,
  }
}

export function deadOf(topic: string, key: string | null, partition: number, offset: number): Dead {
  return {
    stage: 'ocr',
    topic,
    partition,
    offset,
    key: key === null ? null : Buffer.from(key),
    value: null,
    headers: {},
    documentId: key,
    code: 'DOCUMENT_CORRUPT',
    message: '',
    attempts: 1,
    software: 'errata-0',
    failedAt: 1,
  }
}

export function judgementOf(documentId: string, sha256 = documentId): Verdict {
  return verdictOf(documentId, print, [], [], { sha256 })
}
