/**
 * The alerts: Prometheus itself says what each of them does, and each has its section of the
 * runbook, whose commands exist.
 */

import { readFileSync } from 'node:fs'
import { describedMetrics } from '../../docs/metrics.ts'
import { commandLine } from '../../cli/cli.ts'
import { hasPromtool, promtool, seriesIn } from './promtool.ts'

const folder = 'deploy/observe'
const rules = readFileSync(`${folder}/alerts.yaml`, 'utf8')
const runbook = readFileSync('docs/runbook.md', 'utf8')
const namesIn = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, name]) => name as string)
const alerts = namesIn(rules, /^ +- alert: (\w+)$/gm)
const sections = namesIn(runbook, /^## (Errata\w+)$/gm)
const onlyWithPromtool = hasPromtool ? test : test.skip

onlyWithPromtool(
  'each alert is quiet while it should be, and then says who is not',
  () => {
    const tests = ['alerts.test.yaml', 'alerts-days.test.yaml'].map((file) => `${folder}/${file}`)
    expect(promtool('check', 'rules', `${folder}/alerts.yaml`)).toContain(`${alerts.length} rules`)
    promtool('test', 'rules', ...tests)
    const cases = tests.flatMap((file) =>
      readFileSync(file, 'utf8')
        .split(/^ +- name: /m)
        .slice(1),
    )
    const told = cases.map((text) => {
      const quiet =
        text.split('eval_time').filter((part) => !part.includes('exp_samples')).length - 1
      const loud = namesIn(text, /labels: 'ALERTS\{alertname="(\w+)"/g)
      return { name: text.split('\n')[0], quiet, loud }
    })
    expect(told.sort((a, b) => String(a.name).localeCompare(String(b.name)))).toEqual(
      [...alerts].sort().map((name) => ({ name, quiet: 1, loud: [name] })),
    )
  },
  300_000,
)

test('each alert has its section of the runbook, and each section its alert', () => {
  expect(alerts.length).toBeGreaterThan(20)
  expect(sections).toEqual(alerts)
  expect(namesIn(rules, /runbook_url: (\S+)$/gm)).toEqual(
    alerts.map((name) => `docs/runbook.md#${name.toLowerCase()}`),
  )
  for (const section of runbook.split(/^## (?=Errata)/m).slice(1)) {
    expect(section).toContain('\n- Look: ')
    expect(section).toContain('\n- Do: ')
  }
})

test('links within the runbook lead to a section', () => {
  const anchors = namesIn(runbook, /^## (.+)$/gm).map((title) => title.toLowerCase())
  expect(namesIn(runbook, /\]\(#([\w-]+)\)/g).filter((name) => !anchors.includes(name))).toEqual([])
})

test('alerts name only metrics and labels that exist', async () => {
  const known = new Map((await describedMetrics()).map(({ name, labels }) => [name, labels]))
  const wrong = seriesIn(rules).filter(
    ({ name, labels }) => !labels.every((label) => known.get(name)?.includes(label)),
  )
  expect(wrong).toEqual([])
  expect(seriesIn('errata_nothing{a="b"}')).toEqual([{ name: 'errata_nothing', labels: ['a'] }])
})

test('commands of the runbook exist, with their options', () => {
  const calls = namesIn(runbook, /`npx errata ([^`]+)`/g)
  expect(calls.length).toBeGreaterThan(20)
  const wrong = calls.filter((call) => {
    const words = call.replace(/"[^"]*"/g, 'TEXT').split(' ')
    let command = commandLine(() => {})
    for (const word of words) {
      const inner = command.commands.find((one) => one.name() === word)
      if (inner === undefined) break
      command = inner
    }
    const options = words.filter((word) => word.startsWith('--'))
    const isGroup = command.commands.length > 0 && command.options.length === 0
    return (
      command.parent === null ||
      isGroup ||
      !options.every((option) => command.options.some(({ long }) => long === option))
    )
  })
  expect(wrong).toEqual([])
})
