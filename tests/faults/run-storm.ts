/**
 * `node --import tsx/esm tests/faults/run-storm.ts BROKERS REGISTRY SEED RECORDS SECONDS`: one
 * storm, its report as JSON.
 */

import { storm } from './storm.ts'

const [brokers = '', registryUrl = '', seed = '1', records = '3000', seconds = '120'] =
  process.argv.slice(2)
storm({
  brokers,
  registryUrl,
  seed: Number(seed),
  records: Number(records),
  seconds: Number(seconds),
  loud: process.argv.includes('--loud'),
}).then(
  (report) => console.log(JSON.stringify(report)),
  (error: unknown) => {
    console.error(error)
    process.exit(1)
  },
)
