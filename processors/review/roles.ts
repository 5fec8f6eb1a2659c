/**
 * Roles, and what each of them may do: stated here once. Routes name the right that they need, the
 * guard compares, the pages are told, and `npm run docs` makes the table of docs/access.md of it.
 *
 * Roles are ranked: whoever may do more may do all that is below. `reader` is what analysts were
 * called before there were others; accounts and providers go on naming it.
 */

import type { User } from '../../schemas/types.ts'

export const roles = ['reader', 'analyst', 'reviewer', 'approver', 'operator'] as const
export type Role = (typeof roles)[number]

const ranks: Readonly<Record<Role, number>> = {
  reader: 0,
  analyst: 0,
  reviewer: 1,
  approver: 2,
  operator: 3,
}

export const rights = {
  look: {
    role: 'analyst',
    says: 'see the queue, documents, figures, models and rules; export tables; ask the SQL gateway',
  },
  answer: {
    role: 'reviewer',
    says: 'answer and correct documents, send new ones',
  },
  approve: {
    role: 'approver',
    says: 'confirm or change what another person answered on an amount that needs two',
  },
  operate: {
    role: 'operator',
    says: 'decide on models and rules, send dead letters back, start trainings',
  },
  administer: {
    role: 'operator',
    says: 'manage users, roles and passwords; read the audit log',
  },
} as const satisfies Readonly<Record<string, { readonly role: Role; readonly says: string }>>

export type Right = keyof typeof rights
export const rightNames = Object.keys(rights) as Right[]

export function hasRight(role: Role, right: Right): boolean {
  return ranks[role] >= ranks[rights[right].role]
}

/** The roles that have a right. */
export function rolesWith(right: Right): readonly Role[] {
  return roles.filter((role) => role !== 'reader' && hasRight(role, right))
}

export function isRole(text: string | null): text is Role {
  return text !== null && (roles as readonly string[]).includes(text)
}

/** Whichever may do less. */
export function lesserRole(one: Role, other: Role): Role {
  return ranks[one] <= ranks[other] ? one : other
}

/** Of an account; one that this version doesn't know may what the recorded one may. */
export function roleOf({ role, roleName }: User): Role {
  return isRole(roleName) ? roleName : role
}

/**
 * A role as it is recorded: by a text where earlier versions don't know it, and for them by the
 * nearest one that has no right that this one lacks.
 */
export function recordedRole(role: Role): Pick<User, 'role' | 'roleName'> {
  if (role === 'analyst') return { role: 'reader', roleName: role }
  if (role === 'approver') return { role: 'reviewer', roleName: role }
  return { role, roleName: null }
}
