/** Labels on forms, in six languages: the names of EN 16931's business terms and similar ones. */

import type { Language } from '../../processors/values/normalise.ts'
import { label, type SampleSheet } from './parts.ts'

export type FormThing =
  | 'seller'
  | 'buyer'
  | 'recipient'
  | 'name'
  | 'number'
  | 'address'
  | 'street'
  | 'town'
  | 'country'
  | 'contact'
  | 'remarks'
  | 'delivery'
  | 'buyerReference'
  | 'lineSum'
  | 'allowances'
  | 'charges'
  | 'net'
  | 'tax'
  | 'grand'
  | 'paid'
  | 'due'

const words: Readonly<Record<Language, Readonly<Record<FormThing, string>>>> = {
  en: {
    seller: 'Seller|Supplier|Seller information|Issuer|Invoice from',
    buyer: 'Buyer|Customer|Buyer information|Buyer / recipient of the service|Invoice to',
    recipient: 'Deliver to|Delivery information|Ship to party',
    name: 'Name|Company|Company name|Registration name',
    number: 'ID|Identifier|Number|Party ID|Global ID',
    address: 'Address|Postal address|Street|Address line 1',
    street: 'Street',
    town: 'City|Town|Post code and city',
    country: 'Country',
    contact: 'Contact|Contact point|Contact person',
    remarks: 'Notes|Remarks|Invoice note',
    delivery: 'Delivery date|Actual delivery date|Date of supply',
    buyerReference: 'Buyer reference|Accounting reference|Contract reference|Despatch advice',
    lineSum: 'Sum of line net amounts|Line total|Total of lines',
    allowances: 'Sum of allowances|Total allowances',
    charges: 'Sum of charges|Total charges',
    net: 'Total without VAT|Tax basis total|Invoice total excl. VAT',
    tax: 'Total VAT amount|VAT total|Tax total',
    grand: 'Total with VAT|Invoice total incl. VAT|Grand total',
    paid: 'Paid amount|Prepaid amount',
    due: 'Amount due for payment|Amount due|Payable amount',
  },
  de: {
    seller: 'Verkäufer|Lieferant|Informationen zum Verkäufer|Rechnungssteller|Leistungserbringer',
    buyer:
      'Käufer|Kunde|Informationen zum Käufer|Rechnungsempfänger|Leistungsempfänger|Käufer / Leistungsempfänger',
    recipient: 'Abweichender Empfänger|Lieferort|Warenempfänger|Lieferanschrift',
    name: 'Name|Firma|Firmenname|Unternehmen',
    number: 'Nummer|Kennung|GLN|Globale Nummer|Lief.-Nr.|ID',
    address: 'Anschrift|Adresse|Straße|Straße / Hausnummer',
    street: 'Straße',
    town: 'Ort|PLZ / Ort|Stadt',
    country: 'Land|Ländercode',
    contact: 'Ansprechpartner|Kontakt|Name des Ansprechpartners',
    remarks: 'Bemerkungen|Hinweise|Freitext',
    delivery: 'Lieferdatum|Liefer- und Leistungsdatum|Leistungsdatum',
    buyerReference:
      'Referenz des Käufers|Käuferreferenz|Leitweg-ID|Vertrag|Buchungsreferenz|Lieferschein',
    lineSum: 'Summe aller Positionen|Summe der Positionen|Summe Nettobeträge',
    allowances: 'Summe Nachlässe|Summe der Abschläge',
    charges: 'Summe Zuschläge|Summe der Zuschläge',
    net: 'Gesamtsumme ohne USt.|Rechnungsbetrag ohne Umsatzsteuer|Gesamtbetrag netto|Steuerbasis',
    tax: 'Summe Umsatzsteuer|Gesamtbetrag der Umsatzsteuer|Umsatzsteuerbetrag',
    grand: 'Gesamtsumme mit USt.|Rechnungsbetrag mit Umsatzsteuer|Bruttosumme',
    paid: 'Gezahlter Betrag|Vorauszahlungen',
    due: 'Fälliger Betrag|Zahlbetrag|Offener Betrag',
  },
  fr: {
    seller: 'Vendeur|Fournisseur|Émetteur',
    buyer: 'Acheteur|Client|Destinataire|Acheteur / preneur',
    recipient: 'Livré à|Lieu de livraison',
    name: 'Nom|Raison sociale|Dénomination',
    number: 'Identifiant|Numéro|SIREN|GLN',
    address: 'Adresse|Adresse postale|Rue',
    street: 'Rue',
    town: 'Ville|Code postal et ville',
    country: 'Pays',
    contact: 'Contact|Interlocuteur',
    remarks: 'Notes|Commentaires',
    delivery: 'Date de livraison',
    buyerReference: 'Référence acheteur|Référence contrat|Bon de livraison',
    lineSum: 'Total des lignes|Somme des montants nets',
    allowances: 'Total des remises',
    charges: 'Total des charges',
    net: 'Montant total HT|Total hors TVA',
    tax: 'Montant total de TVA|Total TVA',
    grand: 'Montant total TTC|Total avec TVA',
    paid: 'Montant payé|Acompte',
    due: 'Montant à payer|Net à payer',
  },
  es: {
    seller: 'Vendedor|Emisor|Proveedor',
    buyer: 'Comprador|Cliente|Receptor',
    recipient: 'Lugar de entrega',
    name: 'Nombre|Razón social',
    number: 'Identificador|Número|ID',
    address: 'Dirección|Domicilio|Calle',
    street: 'Calle',
    town: 'Ciudad|Municipio|C.P. y población',
    country: 'País',
    contact: 'Contacto|Persona de contacto',
    remarks: 'Observaciones|Notas',
    delivery: 'Fecha de entrega',
    buyerReference: 'Referencia del comprador|Contrato|Albarán',
    lineSum: 'Suma de líneas|Total importe bruto',
    allowances: 'Total descuentos',
    charges: 'Total recargos',
    net: 'Total sin IVA|Total base imponible',
    tax: 'Total cuota IVA|Total impuestos',
    grand: 'Total con IVA|Total factura',
    paid: 'Importe pagado',
    due: 'Importe a pagar|Total a pagar',
  },
  it: {
    seller: 'Cedente/prestatore|Fornitore|Cedente|Venditore',
    buyer: 'Cessionario/committente|Cliente|Acquirente',
    recipient: 'Luogo di consegna',
    name: 'Denominazione|Nome|Ragione sociale',
    number: 'Codice|Identificativo|Numero',
    address: 'Indirizzo|Via',
    street: 'Via',
    town: 'Comune|CAP e comune|Città',
    country: 'Nazione|Paese',
    contact: 'Contatto|Referente',
    remarks: 'Note|Causale',
    delivery: 'Data di consegna',
    buyerReference: 'Riferimento acquirente|Contratto|DDT',
    lineSum: 'Totale righe|Somma importi netti',
    allowances: 'Totale sconti',
    charges: 'Totale maggiorazioni',
    net: 'Totale imponibile|Totale senza IVA',
    tax: 'Totale imposta|Totale IVA',
    grand: 'Totale documento|Totale con IVA',
    paid: 'Importo pagato',
    due: 'Importo da pagare|Netto a pagare',
  },
  nl: {
    seller: 'Verkoper|Leverancier|Afzender',
    buyer: 'Koper|Klant|Afnemer|Ontvanger',
    recipient: 'Afleveradres|Levering aan',
    name: 'Naam|Bedrijfsnaam|Bedrijf',
    number: 'Nummer|ID|KvK',
    address: 'Adres|Straat',
    street: 'Straat',
    town: 'Plaats|Postcode en plaats',
    country: 'Land',
    contact: 'Contactpersoon|Contact',
    remarks: 'Opmerkingen',
    delivery: 'Leverdatum',
    buyerReference: 'Referentie koper|Contract|Pakbon',
    lineSum: 'Som van de regels|Totaal regels',
    allowances: 'Totaal kortingen',
    charges: 'Totaal toeslagen',
    net: 'Totaal zonder btw|Totaal exclusief btw',
    tax: 'Totaal btw-bedrag|Btw-totaal',
    grand: 'Totaal met btw|Totaal inclusief btw',
    paid: 'Betaald bedrag',
    due: 'Te betalen bedrag|Te betalen',
  },
}

export function formWord(sheet: SampleSheet, thing: FormThing): string {
  return sheet.design.pick(`form ${thing}`, words[sheet.issuer.language][thing].split('|'))
}

export function colon(sheet: SampleSheet): string {
  return label(sheet, 'number').endsWith(':') ? ':' : ''
}
