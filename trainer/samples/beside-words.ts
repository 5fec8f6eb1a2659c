/**
 * Labels of other documents' facts, and of payment terms and methods, in six languages; options are
 * separated by |.
 */

import type { Language } from '../../processors/values/normalise.ts'

export type OtherFact =
  | 'earlier'
  | 'earlierDate'
  | 'delivery'
  | 'deliveryDated'
  | 'contract'
  | 'ours'
  | 'quote'
  | 'tracking'
  | 'period'
  | 'periodShort'
  | 'terms'
  | 'method'
  | 'printed'
  | 'sender'
  | 'incoterm'
  | 'costCentre'
  | 'mandate'
  | 'buyerVat'
  | 'pages'
  | 'seller'
  | 'days'
  | 'time'

export const labels: Readonly<Record<Language, Readonly<Record<OtherFact, string>>>> = {
  en: {
    earlier: 'Original invoice|Refers to invoice|Previous invoice|Related invoice',
    earlierDate: 'Original invoice date|Previous bill date|Last payment on',
    delivery: 'Delivery note|Despatch notice|Packing slip|Dispatch no.|Waybill',
    deliveryDated: 'Delivery note|Shipment',
    contract: 'Contract Number|Agreement|Subscription ID|Policy number',
    ours: 'Our order|Sales order|Job no.|Case no.|Work order',
    quote: 'Quote no.|Quotation|Estimate',
    tracking: 'Tracking no.|AWB|Shipment ID',
    period: 'Billing Period|Service period|Period|Statement period',
    periodShort: 'Period|Usage period',
    terms: 'Terms|Payment terms|Terms of payment',
    method: 'Payment method|Paid by|Payment',
    printed: 'Printed|Printed on|Print date',
    sender: 'Ship via|Carrier|Shipped by',
    incoterm: 'Incoterms|Delivery terms',
    costCentre: 'Cost centre|Department|GL code',
    mandate: 'Mandate reference|Creditor ID',
    buyerVat: 'Customer VAT ID|Your VAT No.|VAT No. of customer',
    pages: 'Page|Pages',
    seller: 'Salesperson|Account manager|Prepared by|Clerk',
    days: 'Days|Credit days',
    time: 'Time|Printed at',
  },
  de: {
    earlier: 'Bezug Rechnung|Ursprungsrechnung|Zu Rechnung|Vorherige Rechnung',
    earlierDate: 'Rechnung vom|Ursprungsdatum|Letzte Zahlung',
    delivery: 'Lieferschein|Lieferschein-Nr.|Lieferavis|LS-Nr.|Frachtbrief',
    deliveryDated: 'Lieferschein|Lieferung',
    contract: 'Vertragsnummer|Vertrag|Versicherungsnummer|Vertragskonto|Vertrags-Nr.',
    ours: 'Unsere Auftragsnr.|AB-Nr.|Auftragsbestätigung|Vorgangs-Nr.|Unser Auftrag|Aktenzeichen',
    quote: 'Angebot|Angebots-Nr.|Angebotsnummer',
    tracking: 'Sendungsnummer|Paketnummer',
    period: 'Abrechnungszeitraum|Leistungszeitraum|Zeitraum|Abrechnung',
    periodShort: 'Zeitraum|Verbrauch',
    terms: 'Zahlungsbedingungen|Zahlungsziel|Zahlung|Kondition',
    method: 'Zahlungsart|Zahlart|Zahlungsweise',
    printed: 'Druckdatum|gedruckt am|Stand',
    sender: 'Versandart|Versand|Spediteur',
    incoterm: 'Lieferbedingung|Incoterms',
    costCentre: 'Kostenstelle|Abteilung|Buchungsreferenz',
    mandate: 'Mandatsreferenz|Gläubiger-ID|Gläubiger-Identifikationsnr.',
    buyerVat: 'USt-IdNr. Kunde|Ihre USt-IdNr.|Kunden-USt-ID|Ihre UID',
    pages: 'Seite|Blatt',
    seller: 'Betreuer|Sachbearbeiter|Erstellt von|Außendienst',
    days: 'Tage|Zahlungsfrist in Tagen',
    time: 'Uhrzeit|Zeit',
  },
  fr: {
    earlier: 'Facture liée|Facture d’origine|Réf. facture initiale|Facture précédente',
    earlierDate: 'Date facture d’origine|Dernier paiement',
    delivery: 'Bon de livraison|BL n°|N° BL',
    deliveryDated: 'Bon de livraison|Expédition',
    contract: 'N° de contrat|Contrat|Abonnement',
    ours: 'Notre commande|N° dossier|Affaire|Notre référence',
    quote: 'Devis|N° devis|Devis n°',
    tracking: 'N° de suivi|Colis n°',
    period: 'Période de facturation|Période|Période facturée',
    periodShort: 'Période|Consommation',
    terms: 'Conditions de paiement|Règlement|Conditions',
    method: 'Mode de règlement|Mode de paiement|Règlement',
    printed: 'Imprimé le|Date d’impression',
    sender: 'Transporteur|Mode d’expédition',
    incoterm: 'Incoterm|Conditions de livraison',
    costCentre: 'Centre de coût|Service|Code analytique',
    mandate: 'RUM|Référence du mandat|ICS',
    buyerVat: 'N° TVA client|Votre TVA|TVA client',
    pages: 'Page|Feuillet',
    seller: 'Contact commercial|Conseiller|Commercial|Établi par',
    days: 'Jours|Délai',
    time: 'Heure',
  },
  es: {
    earlier: 'Factura original|Rectifica a|Factura rectificada|Factura anterior',
    earlierDate: 'Fecha factura original|Último pago',
    delivery: 'Albarán|Nº albarán|Alb.',
    deliveryDated: 'Albarán|Envío',
    contract: 'Nº contrato|Contrato|Póliza',
    ours: 'Nuestro pedido|Expediente|Nº de orden|Referencia interna',
    quote: 'Presupuesto|Nº presupuesto|Oferta',
    tracking: 'Nº seguimiento|Expedición',
    period: 'Periodo de facturación|Periodo facturado|Periodo',
    periodShort: 'Periodo|Consumo',
    terms: 'Condiciones de pago|Plazo de pago|Condiciones',
    method: 'Forma de pago|Método de pago',
    printed: 'Impreso el|Fecha de impresión',
    sender: 'Transportista|Agencia',
    incoterm: 'Incoterm|Condiciones de entrega',
    costCentre: 'Centro de coste|Departamento',
    mandate: 'Referencia mandato|Mandato SEPA',
    buyerVat: 'NIF cliente|CIF/NIF cliente|NIF-IVA cliente',
    pages: 'Página|Hoja',
    seller: 'Comercial|Agente',
    days: 'Días',
    time: 'Hora',
  },
  it: {
    earlier: 'Rif. fattura|Fattura originale|Fattura collegata',
    earlierDate: 'Data fattura originale|Ultimo pagamento',
    delivery: 'DDT|DDT n.|Bolla n.',
    deliveryDated: 'DDT|Consegna',
    contract: 'Contratto n.|Contratto|Polizza',
    ours: 'Nostro ordine|Pratica|Commessa|Ns. riferimento',
    quote: 'Preventivo|Offerta n.',
    tracking: 'N. spedizione|Tracking',
    period: 'Periodo di fatturazione|Periodo|Competenza',
    periodShort: 'Periodo|Consumi',
    terms: 'Condizioni di pagamento|Pagamento|Termini',
    method: 'Modalità di pagamento|Metodo di pagamento|Pagamento',
    printed: 'Stampato il|Data stampa',
    sender: 'Vettore|Trasporto a mezzo',
    incoterm: 'Porto|Resa',
    costCentre: 'Centro di costo|CIG|CUP',
    mandate: 'Mandato SDD|Riferimento mandato',
    buyerVat: 'P. IVA cliente|Partita IVA cliente',
    pages: 'Pagina|Pag.',
    seller: 'Agente|Redatto da',
    days: 'Giorni',
    time: 'Ora',
  },
  nl: {
    earlier: 'Oorspronkelijke factuur|Betreft factuur|Vorige factuur',
    earlierDate: 'Datum oorspronkelijke factuur|Laatste betaling',
    delivery: 'Pakbon|Pakbonnummer|Vrachtbrief',
    deliveryDated: 'Pakbon|Levering',
    contract: 'Contractnummer|Contract|Polisnummer',
    ours: 'Onze order|Dossier|Opdrachtnummer|Werkbon',
    quote: 'Offerte|Offertenummer',
    tracking: 'Track & trace|Zendingnummer',
    period: 'Factuurperiode|Periode',
    periodShort: 'Periode|Verbruik',
    terms: 'Betalingsvoorwaarden|Betalingsconditie|Betaling',
    method: 'Betaalwijze|Betaalmethode',
    printed: 'Afgedrukt op|Printdatum',
    sender: 'Verzendwijze|Vervoerder',
    incoterm: 'Leveringsvoorwaarde|Incoterms',
    costCentre: 'Kostenplaats|Afdeling',
    mandate: 'Machtigingskenmerk|Incassant-ID',
    buyerVat: 'BTW-nummer klant|Uw btw-nummer',
    pages: 'Pagina|Blad',
    seller: 'Vertegenwoordiger|Opgesteld door',
    days: 'Dagen',
    time: 'Tijd',
  },
}

export const terms: Readonly<Record<Language, string>> = {
  en: 'Net {n}|{n} days net|Due on receipt|2% 10, net {n}|EOM|Prepaid',
  de: '{n} Tage netto|netto {n} Tage|sofort rein netto|14 Tage 2 % Skonto, {n} Tage netto|Vorkasse|sofort',
  fr: '{n} jours|À réception|{n} jours fin de mois|Paiement immédiat|Comptant',
  es: '{n} días|Contado|A {n} días fecha factura|Al recibo',
  it: '{n} gg d.f.|Rimessa diretta|Vista fattura|{n} giorni fine mese',
  nl: '{n} dagen|Per omgaande|Binnen {n} dagen|Contant',
}

export const methods: Readonly<Record<Language, string>> = {
  en: 'Bank transfer|Credit card|Direct debit|PayPal|Visa ending in 4242|Cheque|Cash',
  de: 'Überweisung|SEPA-Lastschrift|PayPal|Kreditkarte|Rechnung|Vorkasse|Bar',
  fr: 'Virement|Carte bancaire|Prélèvement|Chèque|Espèces',
  es: 'Transferencia|Domiciliación bancaria|Tarjeta|Efectivo|Recibo',
  it: 'Bonifico|RI.BA.|Carta di credito|Contanti|Bonifico bancario',
  nl: 'Overboeking|iDEAL|Automatische incasso|Creditcard|Contant',
}
