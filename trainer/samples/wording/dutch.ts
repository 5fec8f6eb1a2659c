/** Labels on Dutch invoices; options are separated by |. */

import type { Words } from './things.ts'

export const dutch: Words = {
  title:
    'Factuur|FACTUUR|Verkoopfactuur|FACTUUR.|Uw factuur|Voorschotfactuur|Eindfactuur|Proforma factuur|Verzamelfactuur',
  creditTitle: 'Creditfactuur|CREDITNOTA|Creditnota',
  number:
    'Factuurnummer|Factuurnr.|Factuur nr.|Factuur|Nummer|Factuurnr|Documentnummer|Factuur-nr.',
  creditNumber: 'Creditnota nr.|Creditnummer|Nummer',
  issueDate:
    'Factuurdatum|Datum|DATUM|Datum factuur|Opgesteld op|Datum document|Factuur d.d.|Uitgereikt op',
  dueDate:
    'Vervaldatum|Te betalen voor|Vervalt op|Uiterste betaaldatum|Betalen voor|Vervaldag|Betaaldatum|Verval|Betaaltermijn|Uiterlijk te betalen op',
  deliveryDate: 'Leverdatum|Periode|Datum levering',
  purchaseOrder:
    'Uw bestelling|Ordernummer|Uw referentie|Inkooporder|PO-nummer|Bestelnummer|Uw ordernr.|Bestelling|Uw order|Bestelnr.|Opdrachtnummer klant|Ordernr.',
  orderDate: 'Orderdatum|Besteldatum',
  customerNumber: 'Klantnummer|Debiteurnummer|Klantnr.|Debiteur|Relatienummer',
  project: 'Project|Pakbon|Offerte|Contract',
  contact: 'Contactpersoon|Behandeld door|Contact',
  billTo:
    'Factuur aan|Klant|Factuuradres|Aan|T.a.v.|Gefactureerd aan|Klantgegevens|Afnemer|Factuur voor',
  shipTo: 'Afleveradres|Bezorgadres|Leveren aan',
  from: 'Van|Leverancier|Afzender|Verkoper',
  vatId: 'BTW-nummer|BTW nr.|BTW|BTW-nr|Btw-id|BTW-identificatienummer|BTW-nr.',
  taxNumber: 'KvK|KvK-nummer|KvK nr.|Ondernemingsnummer',
  net: 'Subtotaal|Totaal excl. BTW|Exclusief BTW|Netto|Bedrag excl. btw|Totaal exclusief btw',
  tax: 'BTW|BTW {p}%|btw {p} %|Totaal BTW|BTW-bedrag|{p}% BTW|{p} % btw over|Totaal btw|Btw hoog {p}%|btw-bedrag',
  grand:
    'Totaal|Totaal incl. BTW|Totaalbedrag|TOTAAL|Factuurbedrag|Totaal inclusief btw|Eindtotaal',
  due: 'Te betalen|Openstaand bedrag|Te voldoen|Nog te betalen|Totaal te betalen|TE BETALEN',
  paid: 'Betaald|Aanbetaling|Reeds voldaan',
  carried: 'Transporteren|Subtotaal pagina',
  carriedOver: 'Transport',
  shipping: 'Verzendkosten|Vracht|Bezorgkosten|Transport',
  discount: 'Korting|Korting {p}%',
  iban: 'IBAN|IBAN-nummer|Rekeningnummer|Bankrekening',
  bic: 'BIC|SWIFT|BIC-code',
  bank: 'Bank|Bankgegevens',
  holder: 'T.n.v.|Ten name van|Rekeninghouder',
  page: 'Pagina {n} van {m}|Pagina {n}/{m}|Blad {n}|Pagina {n}',
  position: 'Nr.|Pos.|#|Regel',
  sku: 'Artikelnr.|Art.nr.|Artikelcode|Code',
  description: 'Omschrijving|Artikel|Beschrijving|Product|OMSCHRIJVING|Dienst',
  quantity: 'Aantal|Aant.|Uren|AANTAL|Hoeveelheid',
  unit: 'Eenheid|Eenh.',
  unitPrice: 'Prijs|Stukprijs|Prijs per stuk|Tarief|Eenheidsprijs|Prijs p/st',
  discountColumn: 'Korting|Krt %',
  taxRate: 'BTW|BTW %|btw-tarief|% BTW',
  lineTotal: 'Bedrag|Totaal|Prijs incl. BTW|Totaalprijs|Regeltotaal|BEDRAG|Subtotaal',
  terms:
    'Betalingstermijn: {n} dagen|Betaling binnen {n} dagen|Te betalen binnen {n} dagen na factuurdatum',
  dueSentence:
    'Gelieve het bedrag te voldoen vóór {d}.|Wij verzoeken u vriendelijk te betalen vóór {d}.|Het bedrag wordt op {d} geïncasseerd.|Vervaldatum: {d}.|Betaling uiterlijk {d}.|Graag ontvangen wij uw betaling voor {d}.',
  thanks: 'Bedankt voor uw bestelling!|Hartelijk dank voor uw vertrouwen.|Met vriendelijke groet',
  greeting:
    'Geachte heer/mevrouw,|Hierbij brengen wij u in rekening:|Voor de verrichte werkzaamheden berekenen wij u:',
  noTax: 'BTW verlegd.|Vrijgesteld van btw.',
  phone: 'Tel.|Telefoon|T',
  mail: 'E-mail|Mail|E',
  web: 'Web|Website|W',
  register: 'KvK|Handelsregister',
  reference: 'Betalingskenmerk|Onder vermelding van|Ons kenmerk',
  currency: 'Valuta|Bedragen in',
  service: 'Factuurperiode|Periode',
  base: 'Grondslag|Over|Bedrag',
  previous: 'Vorig saldo|Laatste betaling',
  consumption: 'Uw verbruik|Meterstand',
  accountNumber: 'Rekeningnr.|Contractnummer',
  director: 'Directie|Eigenaar',
  date: 'Datum',
  taxAmount: 'Btw-bedrag',
  grossTotal: 'Totaal incl.|Bruto',
  inWords: 'In woorden|Zegge',
  received: 'Ontvangen betalingen|Uw betaling',
  early: '2% betalingskorting bij betaling voor {d}.|Korting bij betaling tot {d}: 2%',
}
