/** Words that stand beside values on Swedish invoices; `|` separates those of one concept. */

import type { LabelWords } from './concepts.ts'

export const swedish: LabelWords = {
  invoice_number:
    'Fakturanummer|Faktura nr|Faktura|Fakturanr|Nummer|Kreditfaktura|Kreditfaktura nr|Kreditnota|Dokumentnummer|Faktura nummer',
  issue_date:
    'Fakturadatum|Datum|Utfärdandedatum|Utfärdad|Utställd|Datum för utfärdande|Utställningsdatum',
  due_date:
    'Förfallodatum|Förfaller|Att betala senast|Betalas senast|Sista betalningsdag|Förfallodag|Betala senast|Oss tillhanda senast',
  delivery_date: 'Leveransdatum|Levererad',
  period: 'Period',
  purchase_order:
    'Inköpsorder|Er order|Ert ordernummer|Er referens|Beställningsnummer|Ert ordernr|Inköpsordernr|Beställarens referens',
  order_number: 'Ordernummer|Ordernr|Order|Vår order|Orderdatum|Order nr',
  customer_number: 'Kundnummer|Kundnr|Kund nr',
  delivery_note: 'Följesedel|Följesedel nr',
  net_total:
    'Delsumma|Netto|Summa exkl moms|Totalt exkl moms|Nettobelopp|Belopp exkl moms|Momsunderlag|Exkl moms',
  tax_total: 'Moms|Momsbelopp|Varav moms|Totalt moms|Mervärdesskatt',
  grand_total:
    'Totalt|Summa|Total|Totalt inkl moms|Summa inkl moms|Belopp|Totalsumma|Fakturabelopp|Totalbelopp|Inkl moms|Summa totalt',
  due_payable:
    'Att betala|Summa att betala|Kvar att betala|Belopp att betala|Totalt att betala|Saldo',
  paid: 'Betalt|Förskott|Inbetalt|Aconto',
  seller: 'Säljare|Leverantör|Från|Avsändare|Utfärdare',
  buyer:
    'Till|Kund|Köpare|Faktureras till|Faktura till|Fakturaadress|Mottagare|Fakturamottagare|Beställare',
  ship_to: 'Leveransadress|Levereras till|Leverans',
  vat_id: 'Momsreg nr|VAT nr|Momsregistreringsnummer|Moms reg nr|VAT-nummer|Momsnr|Momsregnr',
  registration: 'Org nr|Organisationsnummer|Org-nr|Orgnr|Godkänd för F-skatt',
  iban: 'IBAN',
  bic: 'BIC|SWIFT',
  account: 'Konto|Kontonr|Bank|Bankgiro|Plusgiro|Bankkonto|Kontonummer|OCR',
  currency: 'Valuta',
  phone: 'Telefon|Tel|Fax|Mobil',
  email: 'E-post|Epost|Email|Webb|Hemsida',
  description: 'Beskrivning|Benämning|Artikel|Produkt|Tjänst',
  quantity: 'Antal|Mängd|Timmar|Kvantitet',
  unit_price: 'Pris|À-pris|Styckpris|Enhetspris|Apris',
  line_total: 'Belopp|Summa|Totalt|Radsumma',
  article: 'Artikelnr|Art nr|Artikelnummer|Kod',
  unit: 'Enhet',
  tax_rate: 'Momssats|Moms %',
  discount: 'Rabatt',
  terms: 'Betalningsvillkor|Betalningssätt',
  document_type: 'Faktura|Kreditfaktura|Kreditnota|Kvitto',
}
