/** The entry point: renders the page that the address names. */

import { render, type VNode } from 'preact'
import { takeToken } from './shared/api.ts'
import { AccountPage } from './account/account.tsx'
import { AuditLog } from './audit/audit.tsx'
import { Dashboard } from './dashboard/dashboard.tsx'
import { Documents } from './documents/documents.tsx'
import { DeadLetters } from './dead-letters/dead-letters.tsx'
import { DocumentPage } from './documents/document-page.tsx'
import { LoginPage } from './login/login.tsx'
import { Models } from './models/models.tsx'
import { Review } from './review/review.tsx'
import { Rules } from './rules/rules.tsx'
import { Start } from './start/start.tsx'
import { UsersPage } from './users/users.tsx'

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
  users: 'Users',
  account: 'Your account',
  login: 'Log in',
}
if (page !== undefined && titles[page] !== undefined) document.title = `${titles[page]} · Errata`
render(pageOf(), document.getElementById('app') as HTMLElement)

function pageOf(): VNode {
  switch (page ?? '') {
    case 'review':
      return <Review documentId={documentId} />
    case 'documents':
      return documentId === null ? <Documents /> : <DocumentPage documentId={documentId} />
    case 'dashboard':
      return <Dashboard />
    case 'models':
      return <Models />
    case 'rules':
      return <Rules />
    case 'dead':
      return <DeadLetters />
    case 'audit':
      return <AuditLog />
    case 'users':
      return <UsersPage />
    case 'account':
      return <AccountPage />
    case 'login':
      return <LoginPage />
    default:
      return <Start />
  }
}
