import { loadProfiles, profileOf } from '../../../schemas/profiles.ts'
import type { FullTask } from '../../../connectors/http/contract/types.ts'
import { makeTask } from '../../review-server.ts'

/** The made-up task as the API gives it. */
export function fullTask(): FullTask {
  const task = makeTask()
  return {
    ...task,
    pages: 1,
    pageList: task.pages,
    definition: profileOf(loadProfiles(), 'invoice'),
    state: 'open',
    nextRevision: 1,
    version: '0-0',
    vendor: null,
    verdict: null,
    truth: null,
    identity: { id: task.vendor.id, evidence: task.vendor.evidence },
    second: false,
    reread: null,
  }
}
