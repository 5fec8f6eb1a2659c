/** Who uses the page, asked once for all that want to know. */

import { useEffect, useState } from 'preact/hooks'
import { api } from './api.ts'
import type { CurrentUser } from '../../connectors/http/contract/types.ts'

/** Where this browser keeps the name of somebody who doesn't log in. */
export const reviewerKey = 'errata.reviewer'

let asked: Promise<CurrentUser> | null = null

/** Null until it is known, and where nobody is. */
export function useCurrentUser(): CurrentUser | null {
  const [me, setMe] = useState<CurrentUser | null>(null)
  useEffect(() => {
    asked ??= api.me()
    asked.then(setMe, () => (asked = null))
  }, [])
  return me
}
