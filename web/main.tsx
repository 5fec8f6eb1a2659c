/** The entry: looks at the address and draws the page that it names. */

import { render } from 'preact'
import { takeToken } from './api.ts'
import { Dashboard } from './dashboard.tsx'
import { Documents } from './documents.tsx'
import { Review } from './review.tsx'
import { Start } from './start.tsx'

takeToken()
const [, page, documentId] = location.pathname.split('/')
render(
  page === 'review' ? <Review documentId={documentId === undefined || documentId === '' ? null : decodeURIComponent(documentId)} />
  : page === 'documents' ? <Documents />
  : page === 'dashboard' ? <Dashboard />
  : <Start />,
  document.getElementById('app') as HTMLElement,
)
