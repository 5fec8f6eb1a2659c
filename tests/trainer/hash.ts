/**
 * Prints the fingerprint of a small snapshot and the sha256 of the model that is trained on it: run
 * twice by a test.
 */

import { sha256Of } from '../../connectors/blobs/blobs.ts'
import { loadProfiles, profileOf } from '../../schemas/profiles.ts'
import { exampleOfVerdict, snapshotOf, splitOf } from '../../trainer/snapshot.ts'
import { fit } from '../../trainer/train.ts'
import { generatedVerdicts } from '../verdicts.ts'

const profile = profileOf(loadProfiles(), 'receipt')
const snapshot = snapshotOf('receipt', generatedVerdicts(profile, 30), new Map())
const examples = splitOf(snapshot.verdicts).training.map((verdict) =>
  exampleOfVerdict(verdict, profile),
)
void fit(examples, profile, { seed: 1, folds: 2, epochs: 3, averaged: 2, rerankPasses: 3 }).then(
  ({ bundle }) => process.stdout.write(`${snapshot.fingerprint} ${sha256Of(bundle)}\n`),
)
