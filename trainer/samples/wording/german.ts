/** Labels on German invoices; options are separated by |. */

import type { Words } from './things.ts'

export const german: Words = {
  title:
    'Rechnung|RECHNUNG|Rechnung / Invoice|R E C H N U N G|Ihre Rechnung|Handelsrechnung|Warenrechnung|Abrechnung|Schlussrechnung|Abschlagsrechnung|Mietrechnung|Rechnung/Lieferschein|Teilrechnung|Monatsrechnung|Proformarechnung',
  creditTitle: 'Gutschrift|GUTSCHRIFT|Rechnungskorrektur|Stornorechnung',
  number:
    'Rechnungsnummer|Rechnungs-Nr.|Rechnung Nr.|Rechnungsnr.|Re.-Nr.|Beleg-Nr.|Belegnummer|Nummer|Rechnung|Rg-Nr.|Dokument-Nr.|Rechnungs-Nr',
  creditNumber: 'Gutschriftsnummer|Gutschrift-Nr.|Beleg-Nr.|Nummer',
  issueDate:
    'Datum|Rechnungsdatum|Belegdatum|Beleg-Datum|Ausstellungsdatum|vom|Rechnung vom|Re.-Datum|Erstellt am|DATUM|Liefer- und Rechnungsdatum|Rechnungs-Datum|Dokumentdatum|Belegdatum / Leistungsdatum',
  dueDate:
    'Fällig am|Zahlbar bis|Fälligkeit|Fälligkeitsdatum|Zahlungsziel|Zu zahlen bis|fällig zum|Zahlung bis|Fälligkeitstermin|Zahlbar zum|Zahlungstermin|Zahlen bis|Valuta|Zahlungsziel am',
  deliveryDate: 'Lieferdatum|Leistungsdatum|Leistungszeitraum|Liefertermin|Leistungs-Datum',
  purchaseOrder:
    'Bestellnummer|Ihre Bestellung|Bestell-Nr.|Ihre Bestellnr.|Ihre Auftragsnummer|Auftrags-Nr.|Ihr Zeichen|Bestellung Nr.|Kundenreferenz|Bestellung|Bestellung Nr. Kunde|Auftrag|Kundenauftrag|Ihre Bestellung Nr.|Ihr Auftrag|Bestellref.|Ihre Referenz|Auftragsnummer|Ihre Bestellnummer',
  orderDate: 'Bestelldatum|Auftragsdatum|Bestellung vom|Bestell-Datum',
  customerNumber: 'Kundennummer|Kunden-Nr.|Kd.-Nr.|Kundennr.|Debitor',
  project: 'Projekt|Lieferschein-Nr.|Vertragsnummer|Angebot|Vorgang|Lieferschein',
  contact: 'Ansprechpartner|Sachbearbeiter|Bearbeiter|Ihr Ansprechpartner',
  billTo:
    'Rechnungsempfänger|Rechnung an|Kunde|Käufer|Rechnungsanschrift|Auftraggeber|An|Käufer/Leistungsempfänger|Leistungsempfänger|Kundenanschrift|Für|Empfänger',
  shipTo: 'Lieferanschrift|Lieferadresse|Warenempfänger|Lieferung an',
  from: 'Lieferant|Verkäufer|Absender|Rechnungssteller|Von|Leistungserbringer|Anbieter|Verkauft von',
  vatId:
    'USt-IdNr.|USt-ID|USt-IdNr|Ust.-ID-Nr.|UID|UStID|Umsatzsteuer-ID|VAT-ID|Umsatzsteuer-Identifikationsnummer|USt.-Id.-Nr.|USt-IdNr.:|Ust-ID Nr.|UID-Nr.|Umsatzsteuer-ID-Nr.|MWST-Nr.',
  taxNumber: 'Steuernummer|St.-Nr.|Steuer-Nr.|StNr.',
  net: 'Nettobetrag|Zwischensumme|Summe netto|Netto|Nettosumme|Gesamt netto|Warenwert|Summe Positionen|Rechnungsbetrag netto|Gesamtnetto|Rechnungssumme netto|Gesamtbetrag Netto|Summe ohne MwSt.|Nettosumme gesamt|Zwischensumme (netto)|Gesamtpreis netto',
  tax: 'MwSt.|zzgl. {p} % MwSt.|Umsatzsteuer|USt {p}%|zzgl. USt. {p} %|MwSt-Betrag|Mehrwertsteuer|USt.|Mehrwertsteuer {p}%|Steuerbetrag|zuzüglich {p}% MwSt.|Umsatzsteuer ({p} %)|{p}% USt.|USt. Gesamt|enthaltene MwSt.|+ {p} % MwSt.',
  grand:
    'Gesamtbetrag|Rechnungsbetrag|Summe|Gesamt|Bruttobetrag|Endbetrag|Gesamtsumme|Rechnungssumme|Gesamt brutto|Total|Brutto|Bruttosumme|Summe brutto|GESAMTBETRAG|Gesamtbetrag Brutto|Rechnungssumme brutto|Gesamtpreis|Endsumme|Zu zahlender Gesamtbetrag|Summe inkl. MwSt.',
  due: 'Zahlbetrag|Zu zahlen|Zu zahlender Betrag|Offener Betrag|Fälliger Betrag|Restbetrag|Noch zu zahlen|Forderung|Offen|Zahlungsbetrag|Betrag fällig|Noch offen|Zahllast|Fällig',
  paid: 'Anzahlung|Bereits bezahlt|abzgl. Anzahlung|Vorauszahlung|Erhalten',
  carried: 'Übertrag|Zwischensumme Seite|Übertrag auf nächste Seite',
  carriedOver: 'Übertrag von Seite 1|Übertrag',
  shipping: 'Versandkosten|Fracht|Versand|Verpackung und Versand|Transportkosten',
  discount: 'Rabatt|Nachlass|Rabatt {p} %|Abzüglich Rabatt',
  iban: 'IBAN|IBAN-Nr.|Konto (IBAN)',
  bic: 'BIC|SWIFT|BIC/SWIFT',
  bank: 'Bank|Bankverbindung|Kreditinstitut',
  holder: 'Kontoinhaber|Zahlungsempfänger|Inhaber',
  page: 'Seite {n} von {m}|Seite {n}/{m}|Seite {n}|- {n} -',
  position: 'Pos.|Pos|Nr.|#|Position',
  sku: 'Art.-Nr.|Artikelnummer|Artikel-Nr.|Art-Nr|Artikel',
  description:
    'Bezeichnung|Beschreibung|Artikelbezeichnung|Leistung|Artikel|Text|Produkt|Leistungsbeschreibung|Artikel / Leistung',
  quantity: 'Menge|Anzahl|Anz.|Std.|MENGE|Verbrauch',
  unit: 'Einheit|ME|Einh.|EH',
  unitPrice:
    'Einzelpreis|E-Preis|Preis|Stückpreis|EP|Preis/Einheit|Einzel|Nettopreis|Einzelpreis €',
  discountColumn: 'Rabatt|Rab. %',
  taxRate: 'MwSt.|MwSt-%|USt.|USt %|Steuersatz|MwSt',
  lineTotal:
    'Gesamt|Gesamtpreis|Betrag|Summe|G-Preis|GP|Nettowert|Gesamt €|Betrag EUR|Positionspreis',
  terms:
    'Zahlungsbedingungen: {n} Tage netto|Zahlbar innerhalb von {n} Tagen ohne Abzug.|Zahlungsziel: {n} Tage|Zahlbar sofort ohne Abzug|{n} Tage netto|Bei Zahlung innerhalb {n} Tagen 2% Skonto',
  dueSentence:
    'Bitte überweisen Sie den Gesamtbetrag bis zum {d}.|Zahlbar bis {d} ohne Abzug.|Der Rechnungsbetrag ist fällig am {d}.|Den Betrag buchen wir am {d} von Ihrem Konto ab.|Die Rechnung ist zahlbar zum {d} rein netto ohne Abzug.|Bitte überweisen Sie bis zum {d}.|Zahlungsziel: {d}|Zahlbar ohne Abzug bis spätestens {d}.|Wir bitten um Zahlung bis {d}.|Netto fällig am {d}|Ohne Abzug bis zum {d}.',
  thanks:
    'Vielen Dank für Ihren Auftrag!|Wir danken für Ihr Vertrauen.|Vielen Dank für Ihre Bestellung.|Mit freundlichen Grüßen',
  greeting:
    'Sehr geehrte Damen und Herren,|wir berechnen Ihnen wie folgt:|für unsere Leistungen erlauben wir uns zu berechnen:|vielen Dank für Ihren Auftrag. Wir stellen Ihnen in Rechnung:',
  noTax:
    'Steuerschuldnerschaft des Leistungsempfängers (Reverse Charge).|Gemäß § 19 UStG wird keine Umsatzsteuer berechnet.|Steuerfreie innergemeinschaftliche Lieferung.',
  phone: 'Telefon|Tel.|Tel|Fon|T',
  mail: 'E-Mail|Mail|eMail',
  web: 'Web|Internet|www',
  register: 'Amtsgericht Musterstadt HRB|HRB|Handelsregister HRB|Reg.-Gericht HRB',
  reference: 'Verwendungszweck|Unser Zeichen|Referenz|Zahlungsreferenz',
  currency: 'Währung|Alle Beträge in',
  service: 'Leistungszeitraum|Abrechnungszeitraum|Zeitraum',
  base: 'Basis|Nettobetrag|Netto|Bemessungsgrundlage',
  previous: 'Saldo Vorperiode|Geleistete Abschläge|Vorheriger Betrag',
  consumption: 'Ihr Verbrauch|Zählerstand|Verbrauch im Zeitraum',
  accountNumber: 'Konto-Nr.|Kontonummer|Vertragskonto',
  director: 'Geschäftsführer|Inhaber|Geschäftsführung',
  date: 'Datum|Leistungsdatum',
  taxAmount: 'MwSt-Betrag|Steuer',
  grossTotal: 'Brutto|Gesamt brutto|Bruttopreis',
  inWords: 'In Worten|Betrag in Worten',
  received: 'Zahlungseingang|Ihre Zahlung|Zahlungen',
  early:
    'Bei Zahlung bis zum {d} gewähren wir 2 % Skonto.|Bei Zahlung bis {d} 3% Skonto|bis {d} abzgl. 2,00 % Skonto',
}
