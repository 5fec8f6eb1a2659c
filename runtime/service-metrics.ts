/** Gauges of what services know, asked for at each scrape; see connectors/asked-gauge.ts. */

import { askedGauge } from '../connectors/asked-gauge.ts'

export const serviceMetrics = {
  ready: askedGauge('errata_ready', '1 where /ready says so, else 0'),
  problems: askedGauge('errata_problems', 'Reasons why /ready says not ready, by code', ['code']),
  buildInfo: askedGauge('errata_build_info', 'Always 1: what runs', ['version', 'node']),
  openTasks: askedGauge('errata_review_open_tasks', 'Documents that wait for a person', [
    'profile',
  ]),
  oldestTask: askedGauge(
    'errata_review_oldest_task_timestamp_seconds',
    'When the document that has waited longest for a person was received',
    ['profile'],
  ),
  rules: askedGauge('errata_rules', 'Records of the topic of rules, by state', ['state']),
  analyticsLag: askedGauge(
    'errata_analytics_lag_records',
    'Records that are not stored in analytics yet, over the partitions of this process',
    ['topic'],
  ),
  modelInfo: askedGauge('errata_model_info', 'Always 1: the model version that reads a profile', [
    'stage',
    'profile',
    'version',
  ]),
  modelsRefused: askedGauge(
    'errata_models_refused',
    'Model versions that should read a profile rather than the one that does, and can not be used',
    ['stage', 'profile'],
  ),
  trainingEnded: askedGauge(
    'errata_training_ended_timestamp_seconds',
    'When a training ended last with this outcome: promoted, refused, known, nothing or failed',
    ['profile', 'outcome'],
  ),
  trainingNews: askedGauge(
    'errata_training_unseen_records',
    'Verdicts and erased documents that no model version has seen yet',
    ['profile'],
  ),
} as const

/** How often each name comes, as samples of a gauge. */
export function countedBy<const L extends string>(
  label: L,
  names: Iterable<string>,
): [Record<L, string>, number][] {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].map(([name, count]) => [{ [label]: name } as Record<L, string>, count])
}
