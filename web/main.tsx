/** The entry: looks at the address and draws the page that it names. */

import { render } from 'preact'
import { takeToken } from './shared/api.ts'
import { AuditLog } from './audit/audit.tsx'
import { Dashboard } from './dashboard/dashboard.tsx'
import { Documents } from './documents/documents.tsx'
import { Letters } from './dead-letters/dead-letters.tsx'
import { Life } from './documents/document-history.tsx'
import { Models } from './models/models.tsx'
import { Review } from './review/review.tsx'
import { Rules } from './rules/rules.tsx'
import { Start } from './start/start.tsx'

takeToken()
const [, page, name] = location.pathname.split('/')
const documentId = name === undefined || name === '' ? null : decodeURIComponent(name)
const titles: Readonly<Record<string, string>> = {
  documents: 'Documents',
  dashboard: 'Quality',
  models: 'Models',
  rules: 'Rules',
  dead: 'Dead letters',
  audit: 'Audit log',
}
if (page !== undefined && titles[page] !== undefined) document.title = `${titles[page]} · Errata`
render(
  page === 'review' ? (
    <Review documentId={documentId} />
  ) : page === 'documents' ? (
    documentId === null ? (
      <Documents />
    ) : (
      <Life documentId={documentId} />
    )
  ) : page === 'dashboard' ? (
    <Dashboard />
  ) : page === 'models' ? (
    <Models />
  ) : page === 'rules' ? (
    <Rules />
  ) : page === 'dead' ? (
    <Letters />
  ) : page === 'audit' ? (
    <AuditLog />
  ) : (
    <Start />
  ),
  document.getElementById('app') as HTMLElement,
)
