/** Words that stand beside values on Danish invoices; `|` separates those of one concept. */

import type { LabelWords } from './concepts.ts'

export const danish: LabelWords = {
  invoice_number:
    'Fakturanummer|Faktura nr|Faktura|Fakturanr|Nummer|Kreditnota nr|Kreditnota|Bilagsnummer|Faktura nummer',
  issue_date: 'Fakturadato|Dato|Udstedelsesdato|Udstedt|Bilagsdato|Udstedt den',
  due_date:
    'Forfaldsdato|Forfalder|Betalingsfrist|Betales senest|Forfald|Sidste betalingsdato|Betalingsdato',
  delivery_date: 'Leveringsdato|Leveret',
  period: 'Periode',
  purchase_order:
    'Indkøbsordre|Jeres ordrenr|Rekvisition|Deres reference|Købsordre|Rekvisitionsnr|Deres ordrenr|Jeres reference|Indkøbsordrenr',
  order_number: 'Ordrenummer|Ordrenr|Ordre|Vores ordre|Ordredato|Ordre nr',
  customer_number: 'Kundenummer|Kundenr|Kunde nr|Debitornr',
  delivery_note: 'Følgeseddel|Følgeseddel nr',
  net_total:
    'Subtotal|Netto|Beløb ekskl moms|Total ekskl moms|Nettobeløb|I alt ekskl moms|Momsgrundlag|Total excl moms',
  tax_total: 'Moms|Momsbeløb|Heraf moms|Moms i alt',
  grand_total:
    'Total|I alt|Total inkl moms|Beløb inkl moms|I alt inkl moms|Fakturabeløb|Totalbeløb|Samlet beløb|Beløb',
  due_payable:
    'At betale|Til betaling|Beløb til betaling|Skyldigt beløb|Saldo|Restbeløb|I alt at betale',
  paid: 'Betalt|Forudbetalt|Aconto|Indbetalt',
  seller: 'Sælger|Leverandør|Fra|Afsender|Udsteder',
  buyer: 'Til|Kunde|Køber|Faktureres til|Faktura til|Fakturaadresse|Modtager|Debitor',
  ship_to: 'Leveringsadresse|Leveres til|Levering',
  vat_id: 'CVR|CVR-nr|SE-nr|Momsnr|CVR nr|Moms nr|CVR-nummer',
  registration: 'Virksomhedsnr',
  iban: 'IBAN',
  bic: 'BIC|SWIFT',
  account: 'Konto|Kontonr|Bank|Reg nr|Bankkonto|Kontonummer',
  currency: 'Valuta',
  phone: 'Telefon|Tlf|Fax|Mobil',
  email: 'E-mail|Email|Mail|Web',
  description: 'Beskrivelse|Varebeskrivelse|Vare|Tekst|Ydelse|Produkt',
  quantity: 'Antal|Mængde|Timer',
  unit_price: 'Pris|Enhedspris|Stykpris|Pris pr enhed',
  line_total: 'Beløb|Total|Linjetotal|I alt',
  article: 'Varenr|Varenummer|Nr|Kode',
  unit: 'Enhed',
  tax_rate: 'Momssats|Moms %',
  discount: 'Rabat',
  terms: 'Betalingsbetingelser|Betalingsvilkår|Betalingsmåde',
  document_type: 'Faktura|Kreditnota|Regning|Kvittering',
}
