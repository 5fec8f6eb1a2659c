/** The promises about leases on the real broker. */

import { leasePromises } from '../promises/lease.ts'
import { openRealGround } from './ground.ts'

jest.setTimeout(180_000) // ms; only a defect takes so long

leasePromises(openRealGround)
