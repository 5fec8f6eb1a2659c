/** Words that stand beside values on Dutch invoices; `|` separates those of one concept. */

import type { LabelWords } from './concepts.ts'

export const dutch: LabelWords = {
  invoice_number:
    'Factuurnummer|Factuur nr|Factuur|Factuurnr|Nummer|Creditnota nr|Creditfactuur|Documentnummer|Creditnota|Factuur nummer',
  issue_date: 'Factuurdatum|Datum|Datum factuur|Uitgiftedatum|Documentdatum|Datum van uitgifte',
  due_date:
    'Vervaldatum|Vervaldag|Te betalen voor|Betalen voor|Uiterste betaaldatum|Te betalen vóór|Betaaldatum|Te voldoen voor|Betalen vóór',
  delivery_date: 'Leverdatum|Leveringsdatum|Datum levering|Prestatiedatum',
  period: 'Periode|Facturatieperiode',
  purchase_order:
    'Inkooporder|Uw ordernummer|Uw bestelling|Uw referentie|Inkoopordernummer|Bestelnummer|Uw order|PO nummer|Uw kenmerk|Bestelbon',
  order_number: 'Ordernummer|Order|Order nr|Ordernr|Onze order|Orderdatum|Opdracht',
  customer_number:
    'Klantnummer|Klant nr|Klantnr|Debiteurnummer|Relatienummer|Debiteurennummer|Klantcode',
  delivery_note: 'Pakbon|Pakbonnummer|Leverbon|Leveringsbon',
  net_total:
    'Subtotaal|Totaal excl btw|Netto|Netto bedrag|Totaal exclusief btw|Bedrag excl btw|Nettobedrag|Maatstaf|Totaal netto|Grondslag',
  tax_total: 'Btw|Btw bedrag|Totaal btw|BTW-bedrag|Omzetbelasting',
  grand_total:
    'Totaal|Totaal incl btw|Totaalbedrag|Factuurbedrag|Totaal inclusief btw|Eindtotaal|Bedrag incl btw|Totaal bedrag|Brutobedrag',
  due_payable:
    'Te betalen|Totaal te betalen|Openstaand bedrag|Nog te betalen|Te betalen bedrag|Openstaand|Te voldoen|Verschuldigd bedrag',
  paid: 'Betaald|Aanbetaling|Reeds betaald|Voorschot|Al betaald|Voldaan',
  seller: 'Van|Verkoper|Leverancier|Afzender|Dienstverlener',
  buyer:
    'Aan|Klant|Factuur aan|Koper|Factuuradres|Gefactureerd aan|Afnemer|Ter attentie van|Debiteur|Opdrachtgever|Klantgegevens',
  ship_to: 'Afleveradres|Bezorgadres|Leveradres|Verzendadres|Leveren aan|Verzenden naar',
  vat_id: 'Btw-nummer|Btw nr|BTW-nr|Btw-id|BTW-identificatienummer|Btw identificatienummer|BTW',
  registration: 'KvK|KvK-nummer|KvK nr|Ondernemingsnummer|RPR',
  iban: 'IBAN|Rekening IBAN|Rekeningnummer IBAN',
  bic: 'BIC|SWIFT',
  account: 'Rekening|Rekeningnummer|Bank|Bankrekening|Bankgegevens',
  currency: 'Valuta|Munt',
  phone: 'Telefoon|Tel|Fax|Mobiel',
  email: 'E-mail|Email|Website|Web',
  description: 'Omschrijving|Beschrijving|Artikel|Product|Dienst',
  quantity: 'Aantal|Hoeveelheid|Uren',
  unit_price: 'Prijs|Stukprijs|Eenheidsprijs|Tarief|Prijs per stuk',
  line_total: 'Bedrag|Totaal|Regeltotaal|Totaalprijs',
  article: 'Artikelnummer|Artikel nr|Code|Artikelnr',
  unit: 'Eenheid',
  tax_rate: 'Btw tarief|Btw %|BTW-percentage',
  discount: 'Korting',
  terms: 'Betalingsvoorwaarden|Betalingstermijn|Betaalwijze|Betaling',
  document_type: 'Factuur|Creditnota|Creditfactuur|Rekening|Kassabon',
}
