/** The promises of a stage on the fake cluster. */

import { openFakeGround } from '../promises/fake-ground.ts'
import { stagePromises } from '../promises/stage.ts'

stagePromises(openFakeGround)
