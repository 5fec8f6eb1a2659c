/** Words that stand beside values on German invoices; `|` separates those of one concept. */

import type { LabelWords } from './concepts.ts'

export const german: LabelWords = {
  invoice_number:
    'Rechnungsnummer|Rechnung Nr|Rechnungs-Nr|Rechnung|Rechnungsnr|RE-Nr|Belegnummer|Beleg-Nr|Belegnr|Nummer|Nr|Gutschrift Nr|Gutschriftsnummer|Rechnung Nummer|Fakturanummer|Faktura Nr|Gutschrift|Dokumentnummer',
  issue_date:
    'Rechnungsdatum|Datum|Belegdatum|Ausstellungsdatum|Ausgestellt am|Datum der Rechnung|Rechnung vom|Gutschriftsdatum|Fakturadatum',
  due_date:
    'Fälligkeitsdatum|Fällig am|Fällig|Zahlbar bis|Fälligkeit|Zahlungsziel|Zu zahlen bis|Bitte zahlen bis|Zahlung bis',
  delivery_date:
    'Lieferdatum|Leistungsdatum|Datum der Leistung|Lieferdatum entspricht Rechnungsdatum|Datum der Lieferung|Tag der Lieferung',
  period: 'Leistungszeitraum|Abrechnungszeitraum|Zeitraum',
  purchase_order:
    'Bestellnummer|Bestell-Nr|Bestellung Nr|Ihre Bestellung|Ihre Bestellnummer|Bestellung|Ihr Zeichen|Ihre Referenz|Ihre Bestell-Nr|Bestellreferenz|Kundenreferenz',
  order_number: 'Auftragsnummer|Auftrag Nr|Auftrags-Nr|Auftrag|Unser Auftrag|Auftragsdatum',
  customer_number:
    'Kundennummer|Kunden-Nr|Kunde Nr|Kd-Nr|Kundennr|Debitorennummer|Ihre Kundennummer',
  delivery_note: 'Lieferschein|Lieferschein Nr|Lieferscheinnummer|Lieferschein-Nr',
  net_total:
    'Nettobetrag|Netto|Summe netto|Zwischensumme|Gesamt netto|Nettosumme|Warenwert|Summe Netto|Gesamtbetrag netto|Rechnungsbetrag netto|Summe ohne MwSt|Steuerbasis',
  tax_total:
    'MwSt|USt|Mehrwertsteuer|Umsatzsteuer|zzgl MwSt|zzgl USt|Steuerbetrag|MwSt Betrag|Steuer|Summe MwSt|Gesamt MwSt|zzgl Umsatzsteuer',
  grand_total:
    'Gesamtbetrag|Gesamt|Rechnungsbetrag|Bruttobetrag|Summe|Endbetrag|Total|Gesamtsumme|Summe brutto|Brutto|Betrag|Gesamt brutto|Rechnungssumme|Gesamtbetrag inkl MwSt|Endsumme',
  due_payable:
    'Zahlbetrag|Zu zahlen|Offener Betrag|Zu zahlender Betrag|Fälliger Betrag|Restbetrag|Noch zu zahlen|Zahlungsbetrag|Offen|Saldo',
  paid: 'Bereits gezahlt|Anzahlung|Bezahlt|Abzüglich Anzahlung|Gezahlt|Vorauszahlung|Erhalten',
  seller:
    'Von|Verkäufer|Lieferant|Absender|Rechnungssteller|Leistungserbringer|Aussteller|Anbieter',
  buyer:
    'An|Rechnung an|Kunde|Käufer|Rechnungsempfänger|Empfänger|Rechnungsadresse|Auftraggeber|Rechnungsanschrift|Leistungsempfänger|Kundendaten',
  ship_to: 'Lieferadresse|Lieferanschrift|Lieferung an|Warenempfänger|Versandadresse',
  vat_id:
    'USt-IdNr|UID|Umsatzsteuer-ID|USt-ID|MwSt-Nr|UID-Nr|Umsatzsteuer-Identifikationsnummer|USt-Id-Nr|MWST-Nummer|USt-ID-Nr|VAT-Nr|Ihre USt-IdNr|Unsere USt-IdNr',
  registration:
    'Steuernummer|Handelsregister|HRB|Steuer-Nr|Registergericht|St-Nr|Amtsgericht|Firmenbuchnummer',
  iban: 'IBAN',
  bic: 'BIC|SWIFT',
  account: 'Konto|Kontonummer|Bankverbindung|Bank|BLZ|Konto-Nr|Kontoinhaber',
  currency: 'Währung',
  phone: 'Telefon|Tel|Fax|Mobil',
  email: 'E-Mail|Mail|Web|Internet',
  description: 'Bezeichnung|Beschreibung|Artikel|Leistung|Position|Produkt|Artikelbezeichnung',
  quantity: 'Menge|Anzahl|Stunden|Stück',
  unit_price: 'Einzelpreis|Preis|E-Preis|Stückpreis|Einzel',
  line_total: 'Gesamt|Gesamtpreis|Betrag|Summe|G-Preis',
  article: 'Artikelnummer|Art-Nr|Artikel-Nr|Pos',
  unit: 'Einheit|ME|Einh',
  tax_rate: 'Steuersatz|MwSt-Satz|USt-Satz|MwSt %|USt %',
  discount: 'Rabatt|Nachlass|Skonto',
  terms: 'Zahlungsbedingungen|Zahlungsart|Zahlungsweise',
  document_type: 'Rechnung|Gutschrift|Rechnungskorrektur|Stornorechnung|Quittung',
}
