/** Words that stand beside values on Romanian invoices; `|` separates those of one concept. */

import type { LabelWords } from './concepts.ts'

export const romanian: LabelWords = {
  invoice_number:
    'Număr factură|Factura nr|Factură nr|Factura|Factură|Nr factură|Seria și numărul|Număr|Seria|Nr facturii|Numărul facturii|Factura fiscală nr|Notă de credit',
  issue_date: 'Data facturii|Data|Data emiterii|Emisă la|Data emiterii facturii',
  due_date:
    'Data scadenței|Scadență|Termen de plată|Data scadentă|Scadentă la|Scadența|De plătit până la',
  delivery_date: 'Data livrării|Data prestării',
  period: 'Perioada',
  purchase_order:
    'Comanda dvs|Număr comandă client|Referința dvs|Comandă client|Ordin de cumpărare',
  order_number: 'Comandă|Număr comandă|Nr comandă|Comanda|Comanda nr',
  customer_number: 'Cod client|Număr client|Nr client',
  delivery_note: 'Aviz|Aviz de expediție|Aviz nr',
  net_total:
    'Total fără TVA|Subtotal|Valoare fără TVA|Bază de impozitare|Total net|Net|Valoare netă',
  tax_total: 'TVA|Total TVA|Valoare TVA|Valoarea TVA',
  grand_total: 'Total|Total general|Total cu TVA|Total factură|Valoare totală|Total de plată',
  due_payable: 'De plată|Total de plată|Rest de plată|Sold|Sumă de plată|Sold de plată',
  paid: 'Achitat|Avans|Plătit',
  seller: 'Furnizor|Vânzător|Emitent|De la|Prestator',
  buyer: 'Client|Cumpărător|Beneficiar|Către|Facturat către',
  ship_to: 'Adresa de livrare|Livrare la|Punct de livrare',
  vat_id: 'CUI|CIF|Cod fiscal|Cod TVA|Cod de TVA|CUI CIF|CIF CUI',
  registration: 'Reg com|Nr reg com|Registrul comerțului|Nr ord reg com',
  iban: 'IBAN|Cod IBAN|Cont IBAN',
  bic: 'BIC|SWIFT',
  account: 'Cont|Banca|Cont bancar|Contul',
  currency: 'Moneda|Valuta',
  phone: 'Telefon|Tel|Fax|Mobil',
  email: 'E-mail|Email|Web',
  description: 'Denumire|Descriere|Denumirea produselor|Produs|Serviciu',
  quantity: 'Cantitate|Cant|Ore',
  unit_price: 'Preț unitar|Preț|Preț unitar fără TVA',
  line_total: 'Valoare|Total|Valoarea',
  article: 'Cod|Cod produs|Nr crt',
  unit: 'UM|Unitate|U M',
  tax_rate: 'Cota TVA|TVA %',
  discount: 'Reducere|Discount|Rabat',
  terms: 'Condiții de plată|Modalitate de plată|Termeni de plată',
  document_type: 'Factură|Factura fiscală|Notă de credit|Factură proformă|Factură storno|Bon',
}
