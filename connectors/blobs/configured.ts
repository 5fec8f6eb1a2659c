/** The blob store that the settings name: a folder, or a bucket. */

import { join, resolve } from 'node:path'
import type { Config } from '../../config.ts'
import { bucketOf, encryptionOf } from '../../config/blobs.ts'
import { ErrataError } from '../../errors.ts'
import { openBlobs, type Blobs } from './blobs.ts'
import { measured } from './measured.ts'
import type { BucketPlace, Deadlines } from './bucket.ts'
import { openS3Blobs } from './s3-blobs.ts'

export type BlobSettings = Pick<
  Config,
  | 'home'
  | 'blobs'
  | 's3Endpoint'
  | 's3Region'
  | 's3PathStyle'
  | 's3AccessKey'
  | 's3SecretKey'
  | 's3SessionToken'
  | 's3Encryption'
  | 's3KmsKey'
>

/** CONFIG_INVALID where the settings contradict each other. */
export function blobsOf(config: BlobSettings, deadlines?: Deadlines): Blobs {
  const place = config.blobs === null ? null : bucketOf(config.blobs)
  return measured(
    place === null
      ? openBlobs(folderOf(config))
      : openS3Blobs(bucketPlaceOf(config, place.bucket), place.prefix, deadlines),
  )
}

/** Of a store in a folder, absolute. */
function folderOf({ home, blobs }: Pick<Config, 'home' | 'blobs'>): string {
  return blobs === null ? join(resolve(home), 'blobs') : resolve(blobs)
}

/** For people: where the blobs are. */
export function blobsAt(config: Pick<Config, 'home' | 'blobs' | 's3Endpoint'>): string {
  const { blobs, s3Endpoint } = config
  if (blobs === null || bucketOf(blobs) === null) return folderOf(config)
  return s3Endpoint === null ? blobs : `${blobs} at ${new URL(s3Endpoint).host}`
}

function bucketPlaceOf(config: BlobSettings, bucket: string): BucketPlace {
  const { s3Endpoint: endpoint, s3Region, s3PathStyle, s3Encryption, s3KmsKey } = config
  const encryption = encryptionOf(s3Encryption)
  if (s3KmsKey !== null && !encryption?.startsWith('aws:kms'))
    throw invalid('ERRATA_S3_KMS_KEY', 'needs ERRATA_S3_ENCRYPTION=aws:kms or aws:kms:dsse')
  const region = s3Region ?? (endpoint === null ? null : 'us-east-1')
  if (region === null)
    throw invalid(
      'AWS_REGION',
      'is needed where ERRATA_BLOBS is a bucket of AWS, such as eu-central-1; for another store set AWS_ENDPOINT_URL_S3',
    )
  return {
    bucket,
    endpoint,
    region,
    pathStyle: s3PathStyle ?? endpoint !== null,
    credentials: credentialsOf(config),
    encryption,
    kmsKey: s3KmsKey,
  }
}

/** Null where a role gives them. */
function credentialsOf({
  s3AccessKey,
  s3SecretKey,
  s3SessionToken,
}: BlobSettings): BucketPlace['credentials'] {
  // config.ts refuses one without the other
  if (s3AccessKey === null || s3SecretKey === null) return null
  return {
    accessKeyId: s3AccessKey,
    secretAccessKey: s3SecretKey,
    ...(s3SessionToken === null ? {} : { sessionToken: s3SessionToken }),
  }
}

function invalid(key: string, why: string): ErrataError {
  return new ErrataError('CONFIG_INVALID', `${key} ${why}`, { key })
}
