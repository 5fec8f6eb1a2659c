/**
 * The HTTP API as an OpenAPI 3.1 document: `npm run docs` writes docs/openapi.json from the schemas
 * of the routes, a test fails where it is stale. A running service gives the same at
 * /api/openapi.json.
 */

import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import Fastify from 'fastify'
import { intake } from '../connectors/http/intake.ts'
import {
  collectRoutes,
  openapi,
  review,
  type ReviewDeps,
} from '../connectors/http/review/review.ts'
import { loadProfiles } from '../schemas/profiles.ts'

/** What is served where everything is there; nothing is asked of it. */
const unused = async (): Promise<never> => Promise.reject(new Error('nobody asks'))
const deps = {
  tasks: { onChange: () => () => {}, onErased: () => {} },
  locks: {},
  profiles: () => loadProfiles(),
  access: { guard: async () => undefined },
  now: () => 0,
  publishVerdict: unused,
  pageImage: unused,
  analytics: { query: unused, bytes: unused },
  auditLog: () => [],
  documents: {},
  accounts: {},
  desk: {},
  logins: {},
  operate: { onChange: () => () => {}, trainer: unused },
} as unknown as ReviewDeps

/** The document as it is written. */
export async function openapiText(): Promise<string> {
  const app = Fastify()
  const paths = collectRoutes(app)
  await app.register(intake, {
    send: unused,
    putBlob: unused,
    typeOf: () => '',
    guard: unused,
    callerOf: () => '',
    profiles: unused,
    config: { maxBytes: 1, inlineBytes: 1 },
    now: () => 0,
  })
  await app.register(review, { ...deps, paths })
  await app.ready()
  await app.close()
  return `${JSON.stringify(openapi(paths), null, 1)}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  void openapiText().then((text) => writeFileSync(new URL('openapi.json', import.meta.url), text))
