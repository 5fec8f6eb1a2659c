/**
 * FatturaPA 1.0 to 1.2 of Italy, the ordinary invoice (FPA12, FPR12). Totals of net and tax are
 * stated only for each rate. A payment in instalments is due on the first of its dates, and in the
 * sum of its amounts. The simplified invoice (FSM10) is not read.
 */

import type { DocumentType } from '../../values/document-types.ts'
import { normaliseIban, normaliseText, normaliseVatId } from '../../values/identifiers.ts'
import { xmlAmount, xmlCode, xmlDay, type EinvoiceSyntax } from '../einvoice-syntax.ts'
import type { XmlPlace } from '../xml-nodes.ts'

const header = 'FatturaElettronicaHeader'
const body = 'FatturaElettronicaBody'
const general = `${body}/DatiGenerali/DatiGeneraliDocumento`
const summary = `${body}/DatiBeniServizi/DatiRiepilogo`
const payment = `${body}/DatiPagamento/DettaglioPagamento`

// Of the self-billed ones, the buyer declares the tax of a foreign or defaulting seller
const types: Readonly<Record<string, DocumentType>> = {
  TD01: 'invoice',
  TD02: 'prepayment_invoice',
  TD03: 'prepayment_invoice',
  TD04: 'credit_note',
  TD05: 'debit_note',
  TD06: 'invoice',
  TD16: 'self_billed_invoice',
  TD17: 'self_billed_invoice',
  TD18: 'self_billed_invoice',
  TD19: 'self_billed_invoice',
  TD20: 'self_billed_invoice',
  TD21: 'self_billed_invoice',
  TD22: 'self_billed_invoice',
  TD23: 'self_billed_invoice',
  TD24: 'invoice',
  TD25: 'invoice',
  TD26: 'invoice',
  TD27: 'self_billed_invoice',
  TD28: 'self_billed_invoice',
}

const typeOf = (code: string): DocumentType | null =>
  Object.hasOwn(types, code) ? (types[code] ?? null) : null

const nameOf = (party: string): readonly XmlPlace[] => [
  { path: `${header}/${party}/DatiAnagrafici/Anagrafica/Denominazione`, normalise: normaliseText },
  {
    path: `${header}/${party}/DatiAnagrafici/Anagrafica`,
    parts: [['Nome', 'Cognome']],
    normalise: normaliseText,
  },
]

const vatIdOf = (party: string): readonly XmlPlace[] => [
  {
    path: `${header}/${party}/DatiAnagrafici/IdFiscaleIVA`,
    parts: [['IdPaese', 'IdCodice']],
    glue: '',
    normalise: normaliseVatId,
  },
]

export const fatturapa: EinvoiceSyntax = {
  name: 'fatturapa',
  invoices: body,
  typeCode: `${general}/TipoDocumento`,
  typeOf,
  currency: `${general}/Divisa`,
  lines: `${body}/DatiBeniServizi/DettaglioLinee`,
  basis: 'none',
  lineAdjustment: 'ScontoMaggiorazione',
  adjustment: [
    `${general}/ScontoMaggiorazione|DatiCassaPrevidenziale`,
    `${summary}/SpeseAccessorie`,
  ],
  fields: () => ({
    document_type: [{ path: `${general}/TipoDocumento`, normalise: typeOf }],
    invoice_number: [{ path: `${general}/Numero`, normalise: normaliseText }],
    preceding_invoice: [
      { path: `${body}/DatiGenerali/DatiFattureCollegate/IdDocumento`, normalise: normaliseText },
    ],
    issue_date: [{ path: `${general}/Data`, normalise: xmlDay }],
    due_date: [{ path: `${payment}/DataScadenzaPagamento`, normalise: xmlDay }],
    seller_name: nameOf('CedentePrestatore'),
    seller_address: [
      {
        path: `${header}/CedentePrestatore/Sede`,
        parts: [
          ['Indirizzo', 'NumeroCivico'],
          ['CAP', 'Comune'],
        ],
        normalise: normaliseText,
      },
    ],
    seller_vat_id: vatIdOf('CedentePrestatore'),
    buyer_name: nameOf('CessionarioCommittente'),
    buyer_vat_id: vatIdOf('CessionarioCommittente'),
    purchase_order: [
      { path: `${body}/DatiGenerali/DatiOrdineAcquisto/IdDocumento`, normalise: normaliseText },
    ],
    currency: [{ path: `${general}/Divisa`, normalise: xmlCode }],
    net_total: [{ path: `${summary}/ImponibileImporto`, isSum: true, normalise: xmlAmount }],
    tax_total: [{ path: `${summary}/Imposta`, isSum: true, normalise: xmlAmount }],
    grand_total: [
      { path: `${general}/ImportoTotaleDocumento`, normalise: xmlAmount },
      { path: `${summary}/ImponibileImporto|Imposta`, isSum: true, normalise: xmlAmount },
    ],
    due_payable: [{ path: `${payment}/ImportoPagamento`, isSum: true, normalise: xmlAmount }],
    iban: [{ path: `${payment}/IBAN`, normalise: normaliseIban }],
  }),
  cells: {
    description: [{ path: 'Descrizione', normalise: normaliseText }],
    quantity: [{ path: 'Quantita', normalise: xmlAmount }],
    unit_price: [{ path: 'PrezzoUnitario', normalise: xmlAmount }],
    line_total: [{ path: 'PrezzoTotale', normalise: xmlAmount }],
    tax_rate: [{ path: 'AliquotaIVA', normalise: xmlAmount }],
  },
}
