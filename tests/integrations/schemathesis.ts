/**
 * The HTTP API of a running web process as its own OpenAPI document describes it: Schemathesis makes
 * requests from the document, right ones and wrong ones, and holds each answer against it.
 */

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { venv } from '../python.ts'
import { errata, run, type Bench } from './processes.ts'

const seed = '1'
const configFile = 'tests/integrations/schemathesis.toml' // what a schema can't say
const eventStream = '/api/events' // has no end

export async function trySchemathesis(bench: Bench): Promise<[string, string][]> {
  const folder = await venv('schemathesis', ['schemathesis==4.*'])
  const port = await bench.port(29_780)
  const url = `http://127.0.0.1:${port}`
  const environment = {
    ...bench.environment,
    ERRATA_HTTP_PORT: String(port),
    ERRATA_METRICS_PORT: String(await bench.port(29_790)),
  }
  await errata({ ...bench, environment }, ['run', 'web', 'analytics'], `${url}/review`)
  const options = ['--phases', 'examples,coverage,fuzzing', '--max-examples', '20']
  const said = await run(join(folder, 'bin', 'schemathesis'), [
    ...['--config-file', configFile],
    ...['run', `${url}/api/openapi.json`, '--url', url, '--exclude-path', eventStream],
    ...['-H', `Authorization: Bearer ${bench.config.token ?? ''}`, '--seed', seed],
    ...[...options, '--continue-on-failure', '--no-color', '--warnings', 'off'],
  ])
  const [, operations] = /Selected: (\d+)/.exec(said) ?? /Operations:[^\d]*(\d+)/.exec(said) ?? []
  const [, cases] = /(\d+) generated/.exec(said) ?? []
  assert.ok(Number(operations) > 40, said)
  return [[`${operations} operations answer as OpenAPI says`, `${cases} requests, seed ${seed}`]]
}
