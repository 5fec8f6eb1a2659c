/**
 * PDFium's own functions (`FPDF…`, the public C interface), which the wrapper contains but does not
 * document, so its version is pinned. They are called directly as WebAssembly exports: the wrapper
 * would build an argument list and do three checks at each call, and a page takes some thousand
 * calls. A handle is an address in WebAssembly memory; the function that gets one frees it.
 */

import { PDFiumLibrary } from '@hyzyla/pdfium'
import { ErrataError } from '../../errors.ts'

/** Exports of PDFium's wrapper that its types lack: every function takes and returns numbers. */
export interface Native {
  readonly HEAPU8: Uint8Array
  readonly wasmExports: { readonly [name: `FPDF${string}`]: NativeCall } & {
    readonly malloc: (bytes: number) => number
    readonly free: (address: number) => void
  }
}

let library: Promise<Native> | null = null
export const loadPdfium = (): Promise<Native> =>
  (library ??= PDFiumLibrary.init().then(
    (loaded) => (loaded as unknown as { module: Native }).module,
  ))

export type NativeCall = (...values: number[]) => number

export function call(native: Native, name: `FPDF${string}`, ...values: number[]): number {
  return functionOf(native, name)(...values)
}

export function functionOf(native: Native, name: `FPDF${string}`): NativeCall {
  const called = native.wasmExports[name]
  if (called === undefined)
    throw new ErrataError(
      'BUG',
      'PDFium lacks a function: another version of its wrapper is installed',
      { name },
    )
  return called
}

/** Runs with `bytes` of WebAssembly memory that are freed afterwards. */
export function scratch<T>(native: Native, bytes: number, use: (address: number) => T): T {
  const address = native.wasmExports.malloc(bytes)
  if (address === 0)
    throw new ErrataError('DOCUMENT_TOO_LARGE', 'the PDF needs more memory than there is', {
      bytes,
    })
  try {
    return use(address)
  } finally {
    native.wasmExports.free(address)
  }
}

export interface HeldPage {
  /** Runs with a page, which stays open until another is used: parsing it again costs as much. */
  readonly use: <T>(number: number, use: (page: number) => T) => T
  readonly close: () => void
}

export function holdPage(native: Native, document: number): HeldPage {
  let held: { readonly number: number; readonly page: number } | null = null
  const close = (): void => {
    if (held !== null) call(native, 'FPDF_ClosePage', held.page)
    held = null
  }
  return {
    close,
    use: (number, use) => {
      if (held?.number !== number) {
        close()
        held = { number, page: openPage(native, document, number) }
      }
      return use(held.page)
    },
  }
}

/** Form fields are flattened into the page first, so that filled-in text counts as printed. */
function openPage(native: Native, document: number, number: number): number {
  const open = (): number => {
    const page = call(native, 'FPDF_LoadPage', document, number - 1)
    if (page === 0)
      throw new ErrataError('DOCUMENT_CORRUPT', 'PDFium refuses a page', { page: number })
    return page
  }
  const page = open()
  const flattened =
    call(native, 'FPDFPage_GetAnnotCount', page) > 0 &&
    call(native, 'FPDFPage_Flatten', page, 0) === 1
  if (!flattened) return page
  call(native, 'FPDF_ClosePage', page)
  return open()
}
