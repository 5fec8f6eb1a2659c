/** The first page: what is here, and how to send a document. */

import { useEffect, useState } from 'preact/hooks'
import { api } from '../shared/api.ts'
import type { TaskList } from '../../connectors/http/contract/types.ts'
import { Top } from '../shared/top.tsx'

export function Start() {
  const [listing, setListing] = useState<TaskList | null>(null)
  useEffect(() => {
    api.list().then(setListing, () => {})
  }, [])
  return (
    <div class="plain">
      <Top page="start" />
      <main>
        <h1>Invoices in, fields out, every correction learned.</h1>
        <div class="cards">
          <a href="/review">
            <h2>Review</h2>
            <p>{listing === null ? 'Documents that wait for a person.' : waiting(listing.open)}</p>
          </a>
          <a href="/documents">
            <h2>Documents</h2>
            <p>Drop invoices here and follow each one.</p>
          </a>
          <a href="/dashboard">
            <h2>Dashboard</h2>
            <p>How much goes straight through, and how right it is.</p>
          </a>
          <a href="/models">
            <h2>Models</h2>
            <p>Versions with the evidence that decided on them.</p>
          </a>
          <a href="/rules">
            <h2>Rules</h2>
            <p>What corrections taught, vendor by vendor.</p>
          </a>
          <a href="/dead">
            <h2>Dead letters</h2>
            <p>What could not be processed, and why.</p>
          </a>
        </div>
        <h2>Send a document</h2>
        <pre>curl -F file=@invoice.pdf {location.origin}/documents</pre>
        <p>PDF, PNG, JPEG, TIFF, WebP or an e-invoice. The same document twice is one document.</p>
        <h2>For programs</h2>
        <ul>
          <li>
            <a href="/api/openapi.json">The HTTP API</a> in OpenAPI 3.1
          </li>
        </ul>
      </main>
    </div>
  )
}

function waiting(open: number): string {
  if (open === 0) return 'Nothing waits for a person.'
  return `${open} ${open === 1 ? 'document waits' : 'documents wait'} for a person.`
}
