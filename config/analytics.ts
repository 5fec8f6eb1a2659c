/** Settings: how the tables of the analytics store are made. */

import type { Setting } from './setting.ts'

export const analyticsSettings = {
  clickhouseCluster: {
    env: 'CLICKHOUSE_CLUSTER',
    type: 'text',
    default: null,
    doc: 'Cluster of the server in CLICKHOUSE_URL, by its name or as a macro such as {cluster}: tables are made on all its replicas and replicated. The same for every process.',
    fault: (text) =>
      /^(?:[\w.-]+|\{\w+\})$/.test(text)
        ? null
        : 'must be the name of a cluster, or a macro such as {cluster}',
  },
  analyticsDays: {
    env: 'ERRATA_ANALYTICS_DAYS',
    type: 'number',
    default: 0,
    range: [0, 36_500],
    doc: 'Days after which the analytics store deletes rows of topics that are not kept for ever, but never before their topic does; 0: never. The same for every process.',
  },
} as const satisfies Record<string, Setting>
