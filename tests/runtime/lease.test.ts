/** The promises about leases on the fake cluster. */

import { openFakeGround } from '../promises/fake-ground.ts'
import { leasePromises } from '../promises/lease.ts'

leasePromises(openFakeGround)
