/**
 * What the check lets pass does no harm: good records with a few values replaced by the worst that
 * the schema allows, given to everything that is made of the topics. A record is refused by a code,
 * or nothing throws.
 */

import { credentialsTable } from '../../processors/review/credentials.ts'
import { accountOfSession, isTokenAlive } from '../../processors/review/identity.ts'
import { roleOf } from '../../processors/review/roles.ts'
import { sawDocument, describeModel } from '../../cli/models-show.ts'
import { letterSummary } from '../../operations/dead-letters.ts'
import { runOf } from '../../deploy/services/mlflow-run.ts'
import { codeOf, fateOf } from '../../errors.ts'
import {
  addDead,
  addExtraction,
  addJudgement,
  documentStatusOf,
  emptyStatus,
} from '../../processors/routing/document-status.ts'
import {
  candidateOf,
  emptyCatalogue,
  modelKey,
  nextVersion,
  modelReadersOf,
  withModel,
} from '../../processors/model/model-registry.ts'
import {
  cautionField,
  cautions,
  addJudgedValues,
  nothingKnown,
  see,
  strictnessOf,
} from '../../processors/routing/drift.ts'
import { claimIndex, claimsOf } from '../../processors/routing/duplicates.ts'
import { learn, rememberTeacher, teachers } from '../../processors/learn.ts'
import { accountsTable } from '../../processors/review/accounts.ts'
import { printedDocument } from '../../processors/rules/spans.ts'
import type { Message, TopicName } from '../../processors/processor.ts'
import { payeeTable } from '../../processors/rules/payees.ts'
import { ruleTable } from '../../processors/rules/rule-table.ts'
import { applyRules } from '../../processors/rules/apply-rules.ts'
import { messageOf } from '../../runtime/message.ts'
import { taskQueue } from '../../processors/review/review-queue.ts'
import { rememberExample, teach, vendors } from '../../processors/teach.ts'
import { createCodec } from '../../schemas/codec.ts'
import { loadProfiles, profileOf } from '../../schemas/profiles.ts'
import { schemaNames, schemaOf } from '../../schemas/schemas.ts'
import type { Rule, Topics } from '../../schemas/types.ts'
import { profileTable, removalOf } from '../../processors/shared/profile-table.ts'
import { randomFrom } from '../../trainer/random.ts'
import { followed, good, type Followed } from '../bad-records.ts'
import { printOf } from '../documents.ts'
import { deadOf } from '../outcomes.ts'

const codec = createCodec({
  idOf: (topic) => 1 + schemaNames.indexOf(topic),
  schemaOf: async (id) => JSON.stringify(schemaOf(schemaNames[id - 1] as TopicName)),
  isReleased: async () => false,
})
const profiles = loadProfiles()
const sheet = printedDocument(printOf('Corner Shop Ltd', 'Total Due 12.00'))
const rounds = 2_500 // records of each topic

const worst: readonly unknown[] = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -1,
  0,
  0.5,
  1e-300,
  1e308,
  2_147_483_647,
  -2_147_483_648,
  9e15,
  -9e15,
  8.64e15,
  4_000_000_000_000,
  '',
  '{',
  '[]',
  'null',
  '[[[[',
  '__proto__',
  'constructor',
  '../../x',
  '\u0000',
  '\ud800',
  '/',
  '//hand',
  'x'.repeat(10_000),
  '9'.repeat(40),
  '{"offsets":{"0":"1e5"}}',
  '{"settings":{"a":1}}',
  null,
  [],
  [null],
  ['', ''],
  [-1],
  [1e9],
  {},
  { __proto__: 'x', a: '' },
  'pattern',
  'caution',
  'position',
  'anchor',
  'absent',
  'column',
  'champion',
  'retired',
  'asks',
  'disabled',
  'rejected',
  'human',
  'rule',
]

/** A copy with some leaves or branches replaced. */
function spoil<T>(value: T, random: () => number): T {
  const copy = structuredClone(value)
  for (let left = 1 + Math.floor(3 * random()); left > 0; left--) {
    let at = copy as Record<string, unknown>
    for (;;) {
      const names = Object.keys(at)
      const name = names[Math.floor(names.length * random())]
      if (name === undefined) break
      const inner = at[name]
      if (typeof inner === 'object' && inner !== null && random() < 0.8) {
        at = inner as Record<string, unknown>
        continue
      }
      at[name] = worst[Math.floor(worst.length * random())]
      break
    }
  }
  return copy
}

/** What is made of the messages of a topic, as long as they come. */
type Use<T extends TopicName> = (message: Message<T> & { readonly value: Topics[T] }) => void

function encodeAll(topic: TopicName, outputs: readonly { readonly value: unknown }[]): void {
  for (const { value } of outputs) if (value !== null) codec.encode(topic, value as never)
}

/** Null where it is refused for what depends on more than the record. */
function unlessRefused<R>(act: () => R): R | null {
  try {
    return act()
  } catch (error) {
    if (fateOf(error) !== 'dead') throw error
    return null
  }
}

const uses: { readonly [T in Followed | 'dead']: () => Use<T> } = {
  models: () => {
    let catalogue = emptyCatalogue
    return ({ key, value, origin }) => {
      catalogue = unlessRefused(() => withModel(catalogue, key, value, origin.offset)) ?? catalogue
      const next = nextVersion(catalogue, value.name)
      codec.encode('models', { ...value, version: next })
      for (const model of [
        ...modelReadersOf(catalogue, value.name),
        candidateOf(catalogue, value.name),
      ])
        if (model !== null) modelKey(model)
      sawDocument(value, 'd1')
      describeModel(value, null, 0.01)
      runOf(value, { topicPrefix: 'x.' })
    }
  },
  rules: () => {
    const table = ruleTable()
    return ({ key, value }) => {
      table.put(key, value)
      for (const rule of table.rulesOf(value.vendor).values())
        applyRules(rule, 'money', sheet, null, { targetError: 0.01, isRelearned: false })
      const caution: Rule = { ...value, kind: 'caution', state: 'active' }
      expect(
        strictnessOf(new Map([[cautionField('layout'), caution]])).strictness,
      ).toBeGreaterThanOrEqual(1)
    }
  },
  payees: () => {
    const table = payeeTable()
    return ({ key, value }) => {
      table.put(key, value)
      for (const known of value.keys) table.accountsBy(known)
    }
  },
  profiles: () => {
    const table = profileTable(profiles)
    return ({ key, value }) => {
      table.put(key, value)
      profileOf(table.profiles(), value.removed ? 'invoice' : key)
      codec.encode('profiles', removalOf(value, { by: 'x', now: 1 }) ?? value)
      new Date(value.changedAt).toISOString()
    }
  },
  'training-runs':
    () =>
    ({ value }) =>
      void [value.askedAt, value.startedAt, value.endedAt].map(
        (at) => at === null || new Date(at).toISOString(),
      ),
  trainers:
    () =>
    ({ value }) =>
      void [value.at, value.nextAt].map((at) => at === null || new Date(at).toISOString()),
  users: () => {
    const people = accountsTable()
    return ({ key, value }) => {
      people.set(key, value)
      people.find(key)
      roleOf(value)
      for (const { changedAt } of people.list()) new Date(changedAt).toISOString()
    }
  },
  credentials: () => {
    const [people, credentials] = [accountsTable(), credentialsTable()]
    return ({ key, value }) => {
      credentials.set(key, value)
      isTokenAlive(value, people, 0)
      accountOfSession(value, { people, credentials })
      new Date(credentials.lastUsed(value)).toISOString()
    }
  },
  audit:
    () =>
    ({ value }) =>
      void new Date(value.at).toISOString(),
  extracted: () => {
    const [index, known, status] = [claimIndex(), nothingKnown(), emptyStatus()]
    return ({ key, value, timestamp }) => {
      index.add(
        claimsOf(value, profiles.get(value.profile) ?? profileOf(profiles, 'receipt')),
        key,
        value.vendor.id,
      )
      see(known, value)
      encodeAll(
        'rules',
        cautions(value.vendor.id, known, () => null).map((rule) => ({ value: rule })),
      )
      addExtraction(status, key, value, timestamp)
      documentStatusOf(status, new Map())
    }
  },
  'needs-review': () => {
    const queue = taskQueue()
    return ({ key, value, origin }) => {
      queue.addTask(key, value, origin)
      const { tasks } = queue.list({ state: 'open', limit: 10 })
      for (const { nextRevision } of tasks) expect(nextRevision).toBeLessThan(2 ** 31)
    }
  },
  verdicts: () => {
    const [queue, state, status] = [taskQueue(), teachers(), emptyStatus()]
    return (message) => {
      queue.addVerdict(message.key, message.value)
      addJudgement(status, message.key, message.value)
      encodeAll(
        'training',
        unlessRefused(() => learn(message, { profiles }, state))?.training ?? [],
      )
      rememberTeacher(state, message)
    }
  },
  training: () => {
    const [state, known] = [vendors(), nothingKnown()]
    return (message) => {
      const { rules = [], payees = [] } = teach(message, { profiles }, state)
      encodeAll('rules', rules)
      encodeAll('payees', payees)
      rememberExample(state, message)
      addJudgedValues(known, message.value)
      encodeAll(
        'rules',
        cautions(message.value.vendor.id, known, () => null).map((rule) => ({ value: rule })),
      )
    }
  },
  dead: () => {
    const status = emptyStatus()
    return ({ value, timestamp }) => {
      addDead(status, 'ocr', value, value, timestamp)
      letterSummary({
        record: {
          topic: 't',
          partition: 0,
          offset: 1n,
          key: null,
          value: null,
          headers: {},
          timestamp,
        },
        dead: value,
        replayedAt: null,
      })
    }
  },
}

test.each([...followed, 'dead'] as const)(
  'what passes as a record of %s does no harm, and what does not is refused by a code',
  async (topic) => {
    const random = randomFrom(7)
    const use = uses[topic]() as Use<TopicName>
    const counts = { unlike: 0, refused: 0, used: 0 }
    for (let round = 0; round < rounds; round++) {
      const id = String(1 + Math.floor(5 * random()))
      const { key, value } =
        topic === 'dead' ? { key: id, value: deadOf('t', null, 0, 0) } : good[topic](id)
      const spoilt = spoil(value, random)
      let bytes: Buffer
      try {
        bytes = codec.encode(topic, spoilt as never)
      } catch {
        counts.unlike++ // not of the schema
        continue
      }
      const record = {
        topic: 't',
        partition: 0,
        offset: BigInt(round),
        key: Buffer.from(key),
        value: bytes,
        headers: {},
        timestamp: Date.now(),
      }
      const message = await messageOf(record, topic, codec).catch((error: unknown) => {
        if (fateOf(error) !== 'dead') throw error
        counts.refused++
        return null
      })
      if (message === null) continue
      try {
        use(message as never)
        counts.used++
      } catch (error) {
        throw new Error(`${codeOf(error)} for ${JSON.stringify(spoilt)}`, { cause: error })
      }
    }
    expect([counts.used > 20, counts.refused > 5]).toEqual([true, true])
  },
)
