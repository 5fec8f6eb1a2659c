/**
 * Watches every vendor for drift (processors/routing/drift.ts): follows all readings, all verdicts
 * and the cautions that stand, and publishes what changes on `rules`, where every extractor follows
 * it.
 *
 * Not a stage, since a vendor's records are spread over all partitions of `extracted`. Publishing is
 * idempotent: the record follows from what was read, so two instances, or one that was killed and
 * restarted, write the same record under the same key. Nothing is published before all topics have
 * been read to their ends.
 */

import { setImmediate } from 'node:timers/promises'
import type { Problem } from '../../errors.ts'
import { openProducer } from '../../connectors/kafka/kafka.ts'
import {
  cautions,
  addJudgedValues,
  nothingKnown,
  see,
  type Known,
} from '../../processors/routing/drift.ts'
import { ruleKey } from '../../processors/rules/rule-table.ts'
import { follow } from '../../runtime/follow.ts'
import type { Rule } from '../../schemas/types.ts'
import { topicName } from '../../topology.ts'
import { allProblems, type ServiceContext, type Part } from './service.ts'

const lookEveryMs = 1_000 // vendors of which something was heard are looked at together

export async function startWatch({
  config,
  connection,
  log,
}: Pick<ServiceContext, 'config' | 'connection' | 'log'>): Promise<Part> {
  const vendors = followVendors({ config, connection, log })
  const producer = openProducer(connection.cluster)
  let fail: (error: unknown) => void = () => {}
  const failed = new Promise<never>((_, reject) => (fail = reject))
  failed.catch(() => {})

  const look = async (): Promise<void> => {
    for (const vendor of vendors.takeHeard()) {
      await setImmediate() // what else runs in this process need not wait for all vendors
      for (const rule of vendors.changes(vendor)) {
        const key = ruleKey(rule)
        await producer.send(topicName('rules', config.topicPrefix), {
          key,
          value: connection.registry.codec.encode('rules', rule),
        })
        vendors.note(key, rule)
        log.warn(
          { signal: rule.field, state: rule.state, rule: rule.id },
          rule.until == null ? 'drift: stricter with a vendor' : 'drift has ended',
        )
      }
    }
  }
  let [ready, busy] = [false, false]
  let looking: Promise<void> = vendors.ready.then(() => void (ready = true), fail)
  const timer = setInterval(() => {
    if (!ready || busy || vendors.heard() === 0) return
    busy = true
    looking = look().then(() => void (busy = false), fail)
  }, lookEveryMs)
  return {
    problems: () => vendors.problems(),
    failed: Promise.race([failed, ...vendors.failed]),
    async stop() {
      clearInterval(timer)
      await vendors.stop()
      await looking
      await producer.close()
    },
  }
}

/** What is known of each vendor, and which cautions stand. */
interface Vendors {
  /** How many vendors something was heard of since they were taken. */
  readonly heard: () => number
  readonly takeHeard: () => readonly string[]
  /** The cautions that should begin or end. */
  readonly changes: (vendor: string) => readonly Rule[]
  /** A caution that was published, as it will be read back. */
  readonly note: (key: string, rule: Rule) => void
  readonly ready: Promise<unknown>
  readonly problems: () => readonly Problem[]
  readonly failed: readonly Promise<never>[]
  readonly stop: () => Promise<unknown>
}

function followVendors({
  config,
  connection,
  log,
}: Pick<ServiceContext, 'config' | 'connection' | 'log'>): Vendors {
  const known = new Map<string, Known>()
  const standing = new Map<string, Rule>() // cautions as published, by key
  const vendorOf = new Map<string, string>() // of the latest verdict on a document
  const heard = new Set<string>()
  const about = (vendor: string): Known => {
    const its = known.get(vendor) ?? nothingKnown()
    known.set(vendor, its)
    heard.add(vendor)
    return its
  }
  const table = { ...connection, log }
  const rules = follow({
    ...table,
    topic: 'rules',
    name: topicName('rules', config.topicPrefix),
    apply: (key, rule) => {
      if (rule === null) standing.delete(key)
      else if (rule.kind === 'caution' && rule.decidedBy === null) standing.set(key, rule)
    },
  })
  const readings = follow({
    ...table,
    topic: 'extracted',
    name: topicName('extracted', config.topicPrefix),
    apply: (_key, reading) => {
      if (reading !== null && reading.vendor.evidence !== 'none')
        see(about(reading.vendor.id), reading)
    },
  })
  const verdicts = follow({
    ...table,
    topic: 'training',
    name: topicName('training', config.topicPrefix),
    apply: (documentId, verdict) => {
      const before = vendorOf.get(documentId)
      if (before !== undefined && before !== verdict?.vendor.id)
        about(before).judged.delete(documentId)
      if (verdict === null) vendorOf.delete(documentId)
      else if (verdict.vendor.evidence !== 'none') {
        vendorOf.set(documentId, verdict.vendor.id)
        addJudgedValues(about(verdict.vendor.id), verdict)
      }
    },
  })
  const tables = [rules, readings, verdicts]
  return {
    heard: () => heard.size,
    takeHeard() {
      const vendors = [...heard]
      heard.clear()
      return vendors
    },
    changes(vendor) {
      const standingOf = (field: string): Rule | null =>
        standing.get(ruleKey({ vendor, field, decidedBy: null })) ?? null
      return cautions(vendor, known.get(vendor) as Known, standingOf)
    },
    note: (key, rule) => void standing.set(key, rule),
    ready: Promise.all(tables.map((one) => one.ready)),
    problems: () => allProblems(tables),
    failed: tables.map((one) => one.failed),
    stop: () => Promise.all(tables.map((one) => one.stop())),
  }
}
