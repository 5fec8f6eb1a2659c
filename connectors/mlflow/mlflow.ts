/**
 * MLflow by its REST API (3.x): one run for each model version, the ONNX file as a registered model
 * version that `mlflow models serve` and `pyfunc` load, and the alias of the champion.
 *
 * MLflow is a mirror and no source of truth: the bytes of a model are checked against a sha256
 * before they are parsed, since anyone with write access to MLflow may replace artifacts. Artifacts
 * must come through its own proxy (`mlflow-artifacts:`, the default of `mlflow server`); no other
 * address is fetched.
 *
 * Failures are MLFLOW_UNREACHABLE (retry): nothing in Errata waits for MLflow.
 */

import { openRest } from './rest.ts'
import { runsOf, type Runs } from './runs.ts'
import { versionsIn, type Versions } from './versions.ts'

export type { MlflowRun } from './runs.ts'
export type { MlflowVersion } from './versions.ts'

export interface Mlflow extends Runs, Versions {
  /** The server's version. */
  readonly version: () => Promise<string>
}

/** `url` may contain user and password. */
export function openMlflow(url: string): Mlflow {
  const rest = openRest(url)
  return {
    version: async () => (await rest.send('GET', '/version')).text(),
    ...runsOf(rest),
    ...versionsIn(rest),
  }
}
