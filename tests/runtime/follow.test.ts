/** The promises about tables that follow a topic on the fake cluster. */

import { openFakeGround } from '../promises/fake-ground.ts'
import { followPromises } from '../promises/follow.ts'

followPromises(openFakeGround, 50)
