/** Accounts, and what they did. */

import type { Command } from 'commander'
import { list } from '../arguments.ts'
import type { CommandLine } from '../command-line.ts'

export function defineUsers({ command, choose }: CommandLine): void {
  const users = command('users', 'who may use the pages and the API').action(() =>
    choose(async (config) => (await import('../users.ts')).listUsers(config)),
  )
  users
    .command('list')
    .description('all accounts')
    .action(() => choose(async (config) => (await import('../users.ts')).listUsers(config)))
  users
    .command('add')
    .description('a new account; prints its token or first password once')
    .argument('<name>')
    .option('--role <role>', 'analyst, reviewer, approver or operator', 'reviewer')
    .option('--password', 'logs in with a password, which has to be changed, instead of a token')
    .option(
      '--subject <id>',
      'logs in at the OpenID provider as this subject or e-mail address, without a token',
    )
    .option('--profiles <names>', 'reviews these profiles only', list)
    .option('--vendors <ids>', 'reviews documents of these vendors only', list)
    .option('--replace', 'replace an existing account; its old token becomes invalid')
    .action(
      (
        name: string,
        options: {
          role: string
          subject?: string
          profiles?: string[]
          vendors?: string[]
          password?: true
          replace?: true
        },
      ) =>
        choose(async (config) =>
          (await import('../users.ts')).addUser(
            config,
            name,
            {
              role: options.role,
              subject: options.subject ?? null,
              profiles: options.profiles ?? [],
              vendors: options.vendors ?? [],
              password: options.password === true,
            },
            options.replace === true,
          ),
        ),
    )
  defineChange(users, { choose })
  users
    .command('reset-password')
    .description('a new password for somebody, which has to be changed; prints it once')
    .argument('<name>')
    .action((name: string) =>
      choose(async (config) => (await import('../users.ts')).resetPassword(config, name)),
    )
  users
    .command('remove')
    .description('remove an account and end its sessions at once')
    .argument('<name>')
    .option('--subject', 'the name is what the OpenID provider calls them, with an account or not')
    .action((name: string, { subject = false }: { subject?: boolean }) =>
      choose(async (config) => (await import('../users.ts')).removeUser(config, name, subject)),
    )
}

/** `users change` */
function defineChange(users: Command, { choose }: Pick<CommandLine, 'choose'>): void {
  users
    .command('change')
    .description('change role or scope of an account, or disable it; ends its sessions')
    .argument('<name>')
    .option('--role <role>', 'analyst, reviewer, approver or operator')
    .option('--profiles <names>', 'reviews these profiles only; an empty text: all', list)
    .option('--vendors <ids>', 'reviews documents of these vendors only; an empty text: all', list)
    .option('--disable', 'keep the account, and let nobody in by it')
    .option('--enable', 'let them in again')
    .action(
      (
        name: string,
        options: {
          role?: string
          profiles?: string[]
          vendors?: string[]
          disable?: true
          enable?: true
        },
      ) =>
        choose(async (config) =>
          (await import('../users.ts')).changeUser(config, name, {
            role: options.role ?? null,
            profiles: options.profiles ?? null,
            vendors: options.vendors ?? null,
            disabled: options.disable ?? (options.enable === true ? false : null),
          }),
        ),
    )
}

export function defineAudit({ command, choose }: CommandLine): void {
  command('audit', 'who did what')
    .option('--actor <name>')
    .option('--action <name>')
    .option('--target <id>', 'document, model, rule or user')
    .option('--json', 'a line of JSON each')
    .action((options: { actor?: string; action?: string; target?: string; json?: true }) =>
      choose(async (config) =>
        (await import('../users.ts')).auditCommand(config, {
          actor: options.actor ?? null,
          action: options.action ?? null,
          target: options.target ?? null,
          json: options.json === true,
        }),
      ),
    )
}
