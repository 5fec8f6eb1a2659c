/** The analytics store. */

import type { CommandLine } from '../command-line.ts'

export function defineSql({ command, choose }: CommandLine): void {
  command('sql', 'one query to the analytics store')
    .argument('<query>')
    .option('--format <name>', 'a ClickHouse format, such as JSONEachRow or CSVWithNames')
    .action((query: string, options: { format?: string }) =>
      choose(async (config) =>
        (await import('../sql.ts')).sql(config, query, { format: options.format ?? null }),
      ),
    )
}

export function defineAnalytics({ command, choose }: CommandLine): void {
  const analytics = command('analytics', 'the analytics store')
  analytics
    .command('rebuild')
    .description('delete the analytics store and fill it again from the topics')
    .exitOverride()
    .action(() =>
      choose(async (config) =>
        (await import('../../operations/rebuild-analytics.ts')).rebuildAnalytics(
          config,
          (line) =>
            void process.stderr.write(`errata: ${line}
`),
        ),
      ),
    )
  analytics
    .command('grants')
    .description('print the rights of the sink and of analysts on a ClickHouse server, as SQL')
    .exitOverride()
    .action(() =>
      choose(async (config) => {
        const { analyticsGrants } = await import('../../operations/analytics-grants.ts')
        process.stdout.write(analyticsGrants(config))
        return 0
      }),
    )
}
