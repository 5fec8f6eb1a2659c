/**
 * What `up` says when all is ready: what was chosen and why, where everything is, and what to do
 * next.
 */

import { relative } from 'node:path'
import type { Config } from '../config.ts'
import type { Urls } from '../deploy/instance/instance.ts'
import type { Stack } from '../deploy/stack/stack.ts'

export function welcome(config: Config, stack: Stack, urls: Urls, home: string): string {
  const analytics =
    config.clickhouseUrl === null ? 'embedded chDB, for any ClickHouse client' : 'CLICKHOUSE_URL'
  const below = relative('.', home)
  const folder = below.startsWith('..') ? home : below
  const credentials =
    stack.clientFile === null
      ? ''
      : `\n                asks for credentials: ${stack.clientFile} has them, for kcat and Python`
  return `
Errata is ready.

  Review page   ${urls.review}
  Dashboard     ${urls.dashboard}
  Intake        ${urls.intake}
  Kafka         ${stack.brokers}, topics ${config.topicPrefix}…${credentials}
  Registry      ${urls.registry}
  ClickHouse    ${urls.clickhouse} (${analytics})
  Metrics       ${urls.metrics}

${stack.why}
Data and logs: ${folder}/. Settings: docs/settings.md.

Send a document of your own:
  npx errata ingest invoice.pdf
  curl -F file=@invoice.pdf ${urls.intake}

npx errata status shows where the documents are. Ctrl-C stops everything and keeps the data.

`
}
