/** The model file that a command uses. */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ErrataError } from '../errors.ts'
import type { Profile } from '../schemas/profiles.ts'

/** The model of a folder; without one, the model that ships for the profile, or none. */
export function bundleFor(profile: Profile, folder: string | null): Buffer | null {
  const path =
    folder === null
      ? fileURLToPath(new URL(`../trainer/starter/${profile.name}.model`, import.meta.url))
      : join(folder, 'model.onnx')
  if (!existsSync(path)) {
    if (folder !== null)
      throw new ErrataError('CONFIG_INVALID', 'no model.onnx in the folder', { folder })
    process.stderr.write(
      `no model ships for the profile ${profile.name}: train one and give --model\n`,
    )
    return null
  }
  return readFileSync(path)
}
