/**
 * Labels on account bills, in six languages. `{s}` is the issuer, `{d}` the due date, `{a}` and
 * `{b}` are the first and last day of a period.
 */

import type { Language } from '../../processors/values/normalise.ts'
import type { Piece } from './canvas.ts'
import { isoDay } from './invoice.ts'

import { mark, type SampleSheet } from './parts.ts'

type Said =
  | 'summary'
  | 'period'
  | 'service'
  | 'guest'
  | 'room'
  | 'arrival'
  | 'departure'
  | 'folio'
  | 'policy'
  | 'premium'
  | 'charges'
  | 'sold'
  | 'order'
  | 'seller'
  | 'dueOn'
  | 'original'

const words: Readonly<Record<Language, Readonly<Record<Said, string>>>> = {
  en: {
    summary: 'Invoice Summary|Bill summary|Account summary|Billing summary',
    period:
      'This invoice is for the billing period {a} - {b}|Usage from {a} to {b}|Statement period: {a} to {b}',
    service:
      'Greetings from {s}, we’re writing to provide you with an electronic invoice for your use of our services.|Service provider: {s}|{s} is registered under the laws of its country.',
    guest: 'Guest|Guest name',
    room: 'Room|Room no.',
    arrival: 'Arrival|Check-in',
    departure: 'Departure|Check-out',
    folio: 'Folio no.|Confirmation no.|Booking ref.',
    policy: 'Policy number|Contract number',
    premium: 'Your premium for the period|Premium notice',
    charges: 'Total charges this month|New charges',
    sold: 'Sold by|Seller|Fulfilled by',
    order: 'Order ID|Order Number|Order',
    seller: 'on behalf of|Marketplace:',
    dueOn: 'TOTAL AMOUNT DUE ON {d}|Total due on {d}|Payment due {d}',
    original: '(Original for Recipient)|Duplicate|ORIGINAL',
  },
  de: {
    summary: 'Rechnungsübersicht|Zusammenfassung|Ihre Rechnung im Überblick',
    period:
      'Abrechnungszeitraum {a} bis {b}|Leistungszeitraum: {a} - {b}|Wir berechnen für die Zeit vom {a} bis {b}',
    service: 'Leistungserbringer: {s}|Ein Angebot der {s}.|Es gelten die Bedingungen der {s}.',
    guest: 'Gast|Name des Gastes',
    room: 'Zimmer|Zimmer-Nr.',
    arrival: 'Anreise|Ankunft',
    departure: 'Abreise',
    folio: 'Buchungsnummer|Reservierung|Vorgang',
    policy: 'Versicherungsnummer|Vertragsnummer|Police',
    premium: 'Beitragsrechnung|Ihr Beitrag für den Zeitraum',
    charges: 'Summe der Entgelte|Monatliche Entgelte',
    sold: 'Verkauft von|Verkäufer|Versand durch',
    order: 'Bestellnummer|Bestell-ID|Auftragsnummer',
    seller: 'im Namen von|Marktplatz:',
    dueOn: 'Fälliger Betrag am {d}|Zu zahlen bis {d}',
    original: 'Original|Kopie|Zweitschrift',
  },
  fr: {
    summary: 'Récapitulatif|Synthèse de votre facture',
    period: 'Période de facturation du {a} au {b}|Consommation du {a} au {b}',
    service: 'Prestataire : {s}|Un service de {s}.',
    guest: 'Client|Nom du client',
    room: 'Chambre',
    arrival: 'Arrivée',
    departure: 'Départ',
    folio: 'Réservation|Dossier n°',
    policy: 'N° de contrat|Police n°',
    premium: 'Avis d’échéance|Votre cotisation',
    charges: 'Total des consommations',
    sold: 'Vendu par|Vendeur|Expédié par',
    order: 'N° de commande|Commande',
    seller: 'pour le compte de',
    dueOn: 'Montant à payer le {d}|À régler avant le {d}',
    original: 'Original|Duplicata',
  },
  es: {
    summary: 'Resumen de la factura|Resumen',
    period: 'Periodo de facturación: {a} - {b}|Consumos del {a} al {b}',
    service: 'Prestador del servicio: {s}|Un servicio de {s}.',
    guest: 'Huésped|Cliente',
    room: 'Habitación',
    arrival: 'Entrada|Llegada',
    departure: 'Salida',
    folio: 'Reserva|Localizador',
    policy: 'Nº de póliza|Contrato',
    premium: 'Recibo de prima|Su cuota',
    charges: 'Total consumos',
    sold: 'Vendido por|Vendedor',
    order: 'Nº de pedido|Pedido',
    seller: 'en nombre de',
    dueOn: 'Importe a pagar el {d}|Fecha de cargo {d}',
    original: 'Original|Copia',
  },
  it: {
    summary: 'Riepilogo|Sintesi della fattura',
    period: 'Periodo di fatturazione dal {a} al {b}|Consumi dal {a} al {b}',
    service: 'Fornitore del servizio: {s}|Un servizio di {s}.',
    guest: 'Ospite|Cliente',
    room: 'Camera',
    arrival: 'Arrivo',
    departure: 'Partenza',
    folio: 'Prenotazione|Pratica',
    policy: 'Polizza n.|Contratto',
    premium: 'Quietanza di premio|Il suo premio',
    charges: 'Totale consumi',
    sold: 'Venduto da|Venditore',
    order: 'Ordine n.|Ordine',
    seller: 'per conto di',
    dueOn: 'Totale da pagare entro il {d}',
    original: 'Originale|Copia',
  },
  nl: {
    summary: 'Samenvatting|Overzicht',
    period: 'Factuurperiode {a} t/m {b}|Verbruik van {a} tot {b}',
    service: 'Dienstverlener: {s}|Een dienst van {s}.',
    guest: 'Gast|Naam gast',
    room: 'Kamer',
    arrival: 'Aankomst',
    departure: 'Vertrek',
    folio: 'Reservering|Boekingsnummer',
    policy: 'Polisnummer|Contractnummer',
    premium: 'Premienota|Uw premie',
    charges: 'Totaal verbruik',
    sold: 'Verkocht door|Verkoper',
    order: 'Bestelnummer|Bestelling',
    seller: 'namens',
    dueOn: 'Te betalen op {d}|Te voldoen voor {d}',
    original: 'Origineel|Kopie',
  },
}

export function accountWord(
  sheet: SampleSheet,
  thing: Said,
  fill: Readonly<Record<string, string>> = {},
): string {
  return sheet.design
    .pick(`account ${thing}`, words[sheet.issuer.language][thing].split('|'))
    .replace(/\{(\w)\}/g, (_whole, key: string) => fill[key] ?? '')
}

export function day(sheet: SampleSheet, before: number): string {
  return sheet.formats.date(
    isoDay(Date.parse(`${sheet.invoice.issueDate}T00:00:00Z`) - before * 86_400_000),
  )
}

/** A line of text in which `{s}` is the issuer and `{d}` the due date. */
export function told(sheet: SampleSheet, thing: Said): Piece[] {
  return accountWord(sheet, thing, { s: '{s}', d: '{d}' })
    .split(/(\{[sd]\})/)
    .map((part): Piece => {
      if (part === '{s}')
        return { text: sheet.issuer.legalName, marks: [mark(sheet, 'seller_name')] }
      if (part === '{d}')
        return { text: sheet.formats.date(sheet.invoice.dueDate), marks: [mark(sheet, 'due_date')] }
      return { text: part }
    })
}
