/**
 * The kinds of other projects that the chart may render, checked by the definitions that those
 * projects ship. Stricter than a cluster, which drops what it doesn't know: an unknown key is a fault.
 */

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import { parse } from 'yaml'
import type { Manifest } from './chart.ts'

interface Definition {
  readonly module: string
  readonly version: string
  readonly path: string
}

const definitions: Readonly<Record<string, Definition>> = {
  ScaledObject: {
    module: 'github.com/kedacore/keda/v2',
    version: 'v2.21.0',
    path: 'config/crd/bases/keda.sh_scaledobjects.yaml',
  },
  PodMonitor: {
    module: 'github.com/prometheus-operator/prometheus-operator',
    version: 'v0.85.0',
    path: 'example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml',
  },
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly additionalProperties?: Schema | boolean
}

interface CustomResource {
  readonly spec: {
    readonly group: string
    readonly versions: readonly {
      readonly name: string
      readonly schema: { readonly openAPIV3Schema: Schema }
    }[]
  }
}

const validators = new Map<string, ValidateFunction>()

export const isForeign = ({ kind }: Manifest): boolean => definitions[kind] !== undefined

/** What is wrong with a manifest of a foreign kind. Throws where Go or the definition can't be had. */
export function foreignFaults(manifest: Manifest): string[] {
  const { kind, metadata } = manifest
  const validate = validators.get(kind) ?? validatorOf(manifest)
  validators.set(kind, validate)
  if (validate(manifest)) return []
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${kind} ${metadata.name}${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}

function validatorOf({ kind, apiVersion }: Manifest): ValidateFunction {
  const { module, version, path } = definitions[kind] as Definition
  const words = ['mod', 'download', '-json', `${module}@${version}`]
  const { stdout, status } = spawnSync('go', words, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${module} can't be had: is Go installed?`)
  const { Dir } = JSON.parse(stdout) as { readonly Dir: string }
  const { spec } = parse(readFileSync(join(Dir, path), 'utf8')) as CustomResource
  const asked = spec.versions.find(({ name }) => `${spec.group}/${name}` === apiVersion)
  if (asked === undefined) throw new Error(`${kind} has no ${apiVersion}`)
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true })
  return ajv.compile(closed(asked.schema.openAPIV3Schema, true))
}

/** The schema with no key but those that it names; `metadata` is Kubernetes' own. */
function closed(schema: Schema, isRoot = false): Schema {
  const { properties, items, additionalProperties } = schema
  const inner = Object.entries(properties ?? {}).map(
    ([name, one]) => [name, isRoot && name === 'metadata' ? one : closed(one)] as const,
  )
  return {
    ...schema,
    ...(items === undefined ? {} : { items: closed(items) }),
    ...(typeof additionalProperties === 'object'
      ? { additionalProperties: closed(additionalProperties) }
      : {}),
    ...(properties === undefined
      ? {}
      : { properties: Object.fromEntries(inner), additionalProperties: false }),
  }
}
