/** Words that stand beside values on Norwegian invoices; `|` separates those of one concept. */

import type { LabelWords } from './concepts.ts'

export const norwegian: LabelWords = {
  invoice_number:
    'Fakturanummer|Faktura nr|Faktura|Fakturanr|Nummer|Kreditnota nr|Kreditnota|Bilagsnummer',
  issue_date: 'Fakturadato|Dato|Utstedt|Utstedelsesdato',
  due_date: 'Forfallsdato|Forfall|Betalingsfrist|Betales innen|Forfaller',
  delivery_date: 'Leveringsdato|Levert',
  period: 'Periode',
  purchase_order:
    'Innkjøpsordre|Deres ordrenr|Bestillingsnummer|Deres referanse|Deres ref|Bestillingsnr',
  order_number: 'Ordrenummer|Ordrenr|Ordre|Vår ordre|Ordredato',
  customer_number: 'Kundenummer|Kundenr|Kunde nr',
  delivery_note: 'Pakkseddel|Følgeseddel',
  net_total:
    'Delsum|Netto|Sum eks mva|Beløp eks mva|Nettobeløp|Sum ekskl mva|Grunnlag|Totalt eks mva',
  tax_total: 'Mva|Merverdiavgift|Mva beløp|Sum mva|Herav mva',
  grand_total: 'Totalt|Sum|Total|Totalt inkl mva|Sum inkl mva|Totalbeløp|Beløp|Fakturabeløp',
  due_payable: 'Å betale|Til betaling|Beløp å betale|Totalt å betale|Utestående|Sum å betale',
  paid: 'Betalt|Forskudd|Innbetalt',
  seller: 'Selger|Leverandør|Fra|Avsender',
  buyer: 'Til|Kunde|Kjøper|Faktura til|Fakturaadresse|Mottaker|Faktureres til',
  ship_to: 'Leveringsadresse|Leveres til',
  vat_id: 'Org nr|Organisasjonsnummer|MVA-nummer|Orgnr|Foretaksregisteret|Org nr MVA',
  registration: 'Foretaksnr',
  iban: 'IBAN',
  bic: 'BIC|SWIFT',
  account: 'Konto|Kontonr|Kontonummer|Bank|Bankkonto|KID|KID-nummer',
  currency: 'Valuta',
  phone: 'Telefon|Tlf|Faks|Mobil',
  email: 'E-post|Epost|Nettside',
  description: 'Beskrivelse|Varenavn|Vare|Produkt|Tjeneste',
  quantity: 'Antall|Mengde|Timer',
  unit_price: 'Pris|Enhetspris|Stykkpris',
  line_total: 'Beløp|Sum|Totalt',
  article: 'Varenr|Varenummer|Produktnr',
  unit: 'Enhet',
  tax_rate: 'Mva sats|Mva %',
  discount: 'Rabatt',
  terms: 'Betalingsbetingelser|Betalingsvilkår',
  document_type: 'Faktura|Kreditnota|Kvittering',
}
