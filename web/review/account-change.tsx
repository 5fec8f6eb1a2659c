/**
 * The account that a task asks about beside those that people confirmed for the vendor, in groups of
 * four. Only what is clicked here, typed or confirmed by Alt K answers the question.
 */

import { knownAccounts, type Entry } from './session.ts'

export function AccountChange({
  entry,
  onConfirm,
  onTake,
}: {
  readonly entry: Entry
  readonly onConfirm: () => void
  readonly onTake: (account: string) => void
}) {
  const known = knownAccounts(entry)
  const stated = statedAccounts(entry, known)
  return (
    <div class="accounts" role="group" aria-label={`${entry.label}: known and new`}>
      <section>
        <h3>Known</h3>
        {known.length === 0 && <p>None</p>}
        {known.map((account) => (
          <p key={account}>
            <Account account={account} />
            {account !== entry.value && (
              <button
                type="button"
                class="quiet"
                title="Put this account in its place"
                onClick={(event) => {
                  event.stopPropagation() // the row would select itself
                  onTake(account)
                }}
              >
                Take
              </button>
            )}
          </p>
        ))}
      </section>
      <section>
        <h3>On this document</h3>
        {stated.length === 0 && <p>None</p>}
        {stated.map((account) => (
          <p key={account}>
            <Account account={account} beside={known[0]} />
          </p>
        ))}
        {entry.state === 'unsure' && (
          <button
            type="button"
            title="Confirm the value of this field (Alt K)"
            onClick={(event) => {
              event.stopPropagation()
              onConfirm()
            }}
          >
            Confirm {entry.value === null ? 'that there is none' : ''} <kbd>Alt K</kbd>
          </button>
        )}
      </section>
    </div>
  )
}

/** What was read, and what else the document says where that is known. */
function statedAccounts({ value, candidates }: Entry, known: readonly string[]): string[] {
  const others = candidates.flatMap((candidate) => candidate.value ?? [])
  const strange = others.filter((account) => !known.includes(account))
  return value !== null && !known.includes(value) ? [value] : strange
}

/** Groups that differ from those of the account beside it are marked. */
function Account({
  account,
  beside,
}: {
  readonly account: string
  readonly beside?: string | undefined
}) {
  const others = beside === undefined ? null : groupsOf(beside)
  return (
    <bdi class="figures">
      {groupsOf(account).map((group, at) => (
        <span key={at}>
          {at > 0 && ' '}
          {others === null || others[at] === group ? group : <mark>{group}</mark>}
        </span>
      ))}
    </bdi>
  )
}

function groupsOf(account: string): string[] {
  return account.match(/.{1,4}/g) ?? []
}
