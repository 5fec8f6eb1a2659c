/** What axe-core objects to on a page. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axe = readFileSync(
  createRequire(`${process.cwd()}/package.json`).resolve('axe-core/axe.min.js'),
  'utf8',
)

export async function violations(page: Page): Promise<unknown> {
  await page.evaluate(axe) // evaluated by the debugger, to which the content security policy doesn't apply
  return page.evaluate(async () => {
    const { violations: found } = await (
      window as unknown as {
        axe: {
          run: (
            of: Document,
            options: object,
          ) => Promise<{
            violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[]
          }>
        }
      }
    ).axe.run(document, {
      resultTypes: ['violations'],
      rules: { 'target-size': { enabled: true } },
    })
    return found.map(({ id, nodes }) => [
      id,
      nodes
        .slice(0, 3)
        .map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary ?? ''}`),
    ])
  })
}
