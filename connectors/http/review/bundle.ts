/**
 * The pages as a browser loads them: bundled from web/ by esbuild (about 0.1 s), under names that
 * hold a hash of their contents. A checkout bundles when the server starts, so the sources are all
 * there is and no built file can be older than they are. The package has no sources of the pages:
 * what was bundled when it was made lies in web/assets.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const web = fileURLToPath(new URL('../../../web/', import.meta.url))
const built = join(web, 'assets')
const mediaTypes: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
}

export interface Asset {
  readonly bytes: Buffer
  readonly gzip: Buffer
  readonly mediaType: string
}

export interface Bundle {
  readonly assets: ReadonlyMap<string, Asset>
  readonly html: string
}

/** Every file of the bundle by its name, and the HTML that loads them. */
export async function bundle(): Promise<Bundle> {
  const files = existsSync(built) ? readBundle() : await bundleFiles()
  const assets = new Map<string, Asset>()
  const names: Record<string, string> = {}
  for (const [name, bytes] of files) {
    const extension = name.slice(name.lastIndexOf('.') + 1)
    assets.set(name, {
      bytes,
      gzip: gzipSync(bytes),
      mediaType: mediaTypes[extension] ?? 'application/octet-stream',
    })
    names[extension] = name
  }
  const html = [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<title>Errata</title>',
    `<link rel="icon" href="/assets/${names.svg}">`,
    `<link rel="stylesheet" href="/assets/${names.css}">`,
    `<script type="module" src="/assets/${names.js}"></script>`,
    '</head>',
    '<body><div id="app"></div><noscript>The review page needs JavaScript.</noscript></body>',
    '</html>',
    '',
  ].join('\n')
  return { assets, html }
}

/** The files by their names, from the sources. */
export async function bundleFiles(): Promise<ReadonlyMap<string, Buffer>> {
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [`${web}main.tsx`, `${web}style.css`, `${web}icon.svg`],
    outdir: '/assets',
    write: false,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    entryNames: '[name]-[hash]',
    loader: { '.svg': 'copy' },
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'silent',
  })
  return new Map(outputFiles.map((file) => [basename(file.path), Buffer.from(file.contents)]))
}

function readBundle(): ReadonlyMap<string, Buffer> {
  return new Map(readdirSync(built).map((name) => [name, readFileSync(join(built, name))]))
}
