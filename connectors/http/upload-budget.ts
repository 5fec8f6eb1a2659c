/**
 * How many bytes of uploads are in memory at once: of one request, of one caller, and of all. Bytes
 * count as they come, so a request that announces much and sends nothing takes nothing from
 * anybody. A caller may have half of the whole: as much as one request may have, and never so much
 * that the others find the door closed.
 */

import { ErrataError } from '../../errors.ts'

export interface UploadBudget {
  readonly open: (caller: string) => UploadAllowance
}

export interface UploadAllowance {
  /** DOCUMENT_TOO_LARGE, UPLOAD_QUOTA, INTAKE_BUSY. */
  readonly hold: (bytes: number) => void
  /** Gives back what is held; what is still read of this request afterwards is refused. */
  readonly close: () => void
}

const requestDocuments = 4 // times the largest document: most bytes of one request
const callerDocuments = 4 // times the largest document: most bytes of one caller
const allDocuments = 8 // times the largest document: most bytes of all uploads under way

/** Most bytes of the documents of one request. */
export function requestBytes(maxBytes: number): number {
  return requestDocuments * maxBytes
}

export function openUploadBudget(maxBytes: number): UploadBudget {
  const callers = new Map<string, number>()
  let all = 0
  const add = (caller: string, bytes: number): number => {
    all += bytes
    const count = (callers.get(caller) ?? 0) + bytes
    if (count === 0) callers.delete(caller)
    else callers.set(caller, count)
    return count
  }
  const open = (caller: string): UploadAllowance => {
    let held = 0
    let isOpen = true
    return {
      hold(bytes) {
        if (!isOpen) throw new ErrataError('REQUEST_STALLED', 'the request has ended')
        held += bytes
        const ofCaller = add(caller, bytes)
        const limit = requestBytes(maxBytes)
        if (held > limit)
          throw new ErrataError('DOCUMENT_TOO_LARGE', 'the documents have too many bytes', {
            limit,
          })
        if (ofCaller > callerDocuments * maxBytes)
          throw new ErrataError('UPLOAD_QUOTA', 'you are uploading too much at once')
        if (all > allDocuments * maxBytes)
          throw new ErrataError('INTAKE_BUSY', 'too much is being uploaded at once')
      },
      close() {
        if (isOpen) add(caller, -held)
        isOpen = false
      },
    }
  }
  return { open }
}
