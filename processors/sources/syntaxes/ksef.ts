/**
 * FA(2) and FA(3) of Poland's KSeF. Names of values are the numbers of their paragraphs: P_13 the net
 * totals of each rate, P_14 their taxes, P_15 the total. A correction states the difference with its
 * sign; its lines may come in pairs, of which the one before the correction is left out. Lines priced
 * with tax have no net total and are left out too.
 */

import type { DocumentType } from '../../values/document-types.ts'
import { normaliseIban, normaliseText, normaliseVatId } from '../../values/identifiers.ts'
import { xmlAmount, xmlCode, xmlDay, type EinvoiceSyntax } from '../einvoice-syntax.ts'
import { nodesAt, type XmlNode } from '../xml-nodes.ts'

const nets = ['1', '2', '3', '4', '5', '6_1', '6_2', '6_3', '7', '8', '9', '10', '11']
  .map((rate) => `P_13_${rate}`)
  .join('|')
const taxes = ['1', '2', '3', '4', '5'].map((rate) => `P_14_${rate}`).join('|')

function typeOf(code: string, root: XmlNode): DocumentType | null {
  switch (code) {
    case 'VAT':
    case 'UPR':
    case 'ROZ':
      return nodesAt(root, 'Fa/Adnotacje/P_17').some(({ node }) => node === '1')
        ? 'self_billed_invoice'
        : 'invoice'
    case 'ZAL':
      return 'prepayment_invoice'
    case 'KOR':
    case 'KOR_ZAL':
    case 'KOR_ROZ':
      return 'corrected_invoice'
    default:
      return null
  }
}

const polish = (text: string): string | null => normaliseVatId(`PL${text}`)

/** A Polish account is mostly written as its 26 digits. */
function account(text: string): string | null {
  const plain = text.replace(/\s/g, '')
  return normaliseIban(/^\d{26}$/.test(plain) ? `PL${plain}` : plain)
}

export const ksef: EinvoiceSyntax = {
  name: 'ksef',
  typeCode: 'Fa/RodzajFaktury',
  typeOf,
  currency: 'Fa/KodWaluty',
  lines: 'Fa/FaWiersz[StanPrzed=]',
  basis: 'none',
  lineAdjustment: 'P_10',
  // a settlement lists all it delivers, less prepayments
  adjustment: [
    'Fa/FaWiersz/StanPrzed',
    'Fa[RodzajFaktury=ROZ]/RodzajFaktury',
    'Fa[RodzajFaktury=KOR_ROZ]/RodzajFaktury',
  ],
  fields: () => ({
    invoice_number: [{ path: 'Fa/P_2', normalise: normaliseText }],
    preceding_invoice: [{ path: 'Fa/DaneFaKorygowanej/NrFaKorygowanej', normalise: normaliseText }],
    issue_date: [{ path: 'Fa/P_1', normalise: xmlDay }],
    due_date: [{ path: 'Fa/Platnosc/TerminPlatnosci/Termin', normalise: xmlDay }],
    seller_name: [{ path: 'Podmiot1/DaneIdentyfikacyjne/Nazwa', normalise: normaliseText }],
    seller_address: [
      { path: 'Podmiot1/Adres', parts: [['AdresL1'], ['AdresL2']], normalise: normaliseText },
    ],
    seller_vat_id: [{ path: 'Podmiot1/DaneIdentyfikacyjne/NIP', normalise: polish }],
    buyer_name: [{ path: 'Podmiot2/DaneIdentyfikacyjne/Nazwa', normalise: normaliseText }],
    buyer_vat_id: [
      { path: 'Podmiot2/DaneIdentyfikacyjne/NIP', normalise: polish },
      {
        path: 'Podmiot2/DaneIdentyfikacyjne',
        parts: [['KodUE', 'NrVatUE']],
        glue: '',
        normalise: normaliseVatId,
      },
    ],
    purchase_order: [
      { path: 'Fa/WarunkiTransakcji/Zamowienia/NrZamowienia', normalise: normaliseText },
    ],
    currency: [{ path: 'Fa/KodWaluty', normalise: xmlCode }],
    net_total: [{ path: `Fa/${nets}`, isSum: true, normalise: xmlAmount }],
    tax_total: [{ path: `Fa/${taxes}`, isSum: true, normalise: xmlAmount }],
    grand_total: [{ path: 'Fa/P_15', normalise: xmlAmount }],
    due_payable: [{ path: 'Fa/Rozliczenie/DoZaplaty', normalise: xmlAmount }],
    iban: [{ path: 'Fa/Platnosc/RachunekBankowy/NrRB', normalise: account }],
  }),
  cells: {
    description: [{ path: 'P_7', normalise: normaliseText }],
    quantity: [{ path: 'P_8B', normalise: xmlAmount }],
    unit_price: [{ path: 'P_9A', normalise: xmlAmount }],
    line_total: [{ path: 'P_11', normalise: xmlAmount }],
    tax_rate: [{ path: 'P_12', normalise: xmlAmount }],
  },
}
