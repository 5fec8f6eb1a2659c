/** Settings: where documents and models are stored, in a folder or in a bucket. */

import { faultOfUrl, type Setting } from './setting.ts'

/** Bucket and prefix of `s3://bucket/prefix`; null if the text is no such address. */
export function bucketOf(
  text: string,
): { readonly bucket: string; readonly prefix: string } | null {
  const [, bucket, path = ''] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(\/.*)?$/.exec(text) ?? []
  const parts = path.split('/').filter((part) => part !== '')
  const isPlain = parts.every((part) => /^[\w.!*'()-]+$/.test(part) && !/^\.+$/.test(part))
  return bucket === undefined || !isPlain ? null : { bucket, prefix: parts.join('/') }
}

/** Never repeats the text: people put keys into addresses. */
function faultOfBlobs(text: string): string | null {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]
  if (scheme === undefined || bucketOf(text) !== null) return null
  return scheme === 's3'
    ? 'must be a folder or s3://bucket/prefix; this is no name of a bucket with a prefix of letters, digits and -_.!*()'
    : `must be a folder or s3://bucket/prefix; it begins with ${scheme}://`
}

const encryptions = ['AES256', 'aws:kms', 'aws:kms:dsse'] as const
export type Encryption = (typeof encryptions)[number]

const isEncryption = (text: string): text is Encryption =>
  (encryptions as readonly string[]).includes(text)

/** Null where the bucket's own rule holds. */
export function encryptionOf(text: string | null): Encryption | null {
  return text !== null && isEncryption(text) ? text : null
}

export const blobSettings = {
  blobs: {
    env: 'ERRATA_BLOBS',
    type: 'text',
    default: null,
    fault: faultOfBlobs,
    doc: 'Where documents and models are stored: a folder, or s3://bucket/prefix in any S3-compatible store. Default: blobs in ERRATA_HOME.',
  },
  s3Endpoint: {
    env: 'AWS_ENDPOINT_URL_S3',
    type: 'text',
    default: null,
    fault: faultOfUrl(['https', 'http'], 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'),
    doc: 'Address of an S3-compatible store. Default: that of AWS in AWS_REGION.',
  },
  s3Region: {
    env: 'AWS_REGION',
    type: 'text',
    default: null,
    doc: 'Region of the bucket; us-east-1 where AWS_ENDPOINT_URL_S3 is set and this is not.',
  },
  s3PathStyle: {
    env: 'ERRATA_S3_PATH_STYLE',
    type: 'boolean',
    default: null,
    doc: 'https://host/bucket/key rather than https://bucket.host/key. Default: on where AWS_ENDPOINT_URL_S3 is set.',
  },
  s3AccessKey: {
    env: 'AWS_ACCESS_KEY_ID',
    type: 'text',
    default: null,
    doc: 'Access key for the bucket. Not set: the role of the instance, pod or task.',
    secret: true,
  },
  s3SecretKey: {
    env: 'AWS_SECRET_ACCESS_KEY',
    type: 'text',
    default: null,
    doc: 'Secret of AWS_ACCESS_KEY_ID.',
    secret: true,
  },
  s3SessionToken: {
    env: 'AWS_SESSION_TOKEN',
    type: 'text',
    default: null,
    doc: 'Session token of temporary credentials.',
    secret: true,
  },
  s3Encryption: {
    env: 'ERRATA_S3_ENCRYPTION',
    type: 'text',
    default: null,
    choices: encryptions,
    doc: 'Encryption at rest that is asked for: AES256, aws:kms or aws:kms:dsse. Default: that of the bucket.',
  },
  s3KmsKey: {
    env: 'ERRATA_S3_KMS_KEY',
    type: 'text',
    default: null,
    doc: 'Key of aws:kms: its id or ARN. Default: that of the bucket or of the account.',
  },
} as const satisfies Record<string, Setting>
