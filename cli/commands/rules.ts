/** `errata rules …`. */

import { type Command } from 'commander'
import type { CommandLine } from '../command-line.ts'

export function defineRules({ command, choose }: CommandLine): void {
  const rules = command(
    'rules',
    'rules from corrections and by hand, and decisions about them; a rule is named vendor/field',
  )
  addRuleViews(rules, choose)
  addRuleDecisions(rules, choose)
}

function addRuleViews(rules: Command, choose: CommandLine['choose']): void {
  rules
    .command('list')
    .description('all rules')
    .option('--vendor <id>', 'of this vendor only')
    .option('--json', 'a line of JSON each')
    .action((options: { vendor?: string; json?: true }) =>
      choose(async (config) =>
        (await import('../rules.ts')).listRules(config, {
          vendor: options.vendor ?? null,
          json: options.json === true,
        }),
      ),
    )
  rules
    .command('show')
    .description('one rule with its history')
    .argument('<rule>')
    .action((rule: string) =>
      choose(async (config) => (await import('../rules.ts')).showRule(config, rule)),
    )
  rules
    .command('explain')
    .description('one rule in words, and its results on the documents behind it')
    .argument('<rule>')
    .action((rule: string) =>
      choose(async (config) => (await import('../rules.ts')).explainRule(config, rule)),
    )
  rules
    .command('verify')
    .description('replay every correction; 1 where a mistake would be accepted again')
    .option('--json', 'a line of JSON for each correction')
    .action((options: { json?: true }) =>
      choose(async (config) =>
        (await import('../rules.ts')).verifyCommand(config, options.json === true),
      ),
    )
}

function addRuleDecisions(rules: Command, choose: CommandLine['choose']): void {
  rules
    .command('disable')
    .description('stop a rule')
    .argument('<rule>')
    .requiredOption('--why <text>', 'the reason, kept in the log')
    .action((rule: string, options: { why: string }) =>
      choose(async (config) =>
        (await import('../rules.ts')).disableRule(config, rule, options.why),
      ),
    )
  rules
    .command('enable')
    .description('take back `disable`')
    .argument('<rule>')
    .action((rule: string) =>
      choose(async (config) => (await import('../rules.ts')).enableRule(config, rule)),
    )
  rules
    .command('add')
    .description('rules from a file: JSON, or patterns of spaCy and Prodigy')
    .argument('<file>')
    .option('--profile <name>', 'whose fields', 'invoice')
    .option('--vendor <id>', 'for entries that name no vendor; otherwise they are for all')
    .action((file: string, options: { profile: string; vendor?: string }) =>
      choose(async (config) =>
        (await import('../rules.ts')).addRules(config, file, {
          profile: options.profile,
          vendor: options.vendor ?? null,
        }),
      ),
    )
  rules
    .command('revert')
    .description('revert everything that a reviewer taught since a date')
    .requiredOption('--reviewer <name>', 'whose verdicts')
    .requiredOption('--since <date>', 'such as 2024-03-31')
    .requiredOption('--why <text>', 'the reason, kept in the log')
    .option('--dry-run', 'only print what would be reverted')
    .action((options: { reviewer: string; since: string; why: string; dryRun?: true }) =>
      choose(async (config) =>
        (await import('../rules.ts')).revertReviewer(config, {
          reviewer: options.reviewer,
          since: options.since,
          why: options.why,
          dryRun: options.dryRun === true,
        }),
      ),
    )
}
