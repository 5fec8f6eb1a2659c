/** Labels on payment slips. */

import type { Language } from '../../processors/values/normalise.ts'

export const swissWords: Readonly<
  Record<
    'de' | 'fr' | 'it' | 'en',
    readonly [
      receipt: string,
      part: string,
      to: string,
      by: string,
      reference: string,
      currency: string,
      amount: string,
      point: string,
      extra: string,
    ]
  >
> = {
  de: [
    'Empfangsschein',
    'Zahlteil',
    'Konto / Zahlbar an',
    'Zahlbar durch',
    'Referenz',
    'Währung',
    'Betrag',
    'Annahmestelle',
    'Zusätzliche Informationen',
  ],
  fr: [
    'Récépissé',
    'Section paiement',
    'Compte / Payable à',
    'Payable par',
    'Référence',
    'Monnaie',
    'Montant',
    'Point de dépôt',
    'Informations supplémentaires',
  ],
  it: [
    'Ricevuta',
    'Sezione pagamento',
    'Conto / Pagabile a',
    'Pagabile da',
    'Riferimento',
    'Valuta',
    'Importo',
    'Punto di accettazione',
    'Informazioni supplementari',
  ],
  en: [
    'Receipt',
    'Payment part',
    'Account / Payable to',
    'Payable by',
    'Reference',
    'Currency',
    'Amount',
    'Acceptance point',
    'Additional information',
  ],
}

export const stubWords: Readonly<
  Record<Language, readonly [detach: string, enclosed: string, remit: string]>
> = {
  en: ['Please detach and return this portion with your payment', 'Amount enclosed', 'Remit to'],
  de: ['Bitte diesen Abschnitt mit Ihrer Zahlung einsenden', 'Gezahlter Betrag', 'Zahlung an'],
  fr: ['Talon à joindre à votre règlement', 'Montant réglé', 'À l’ordre de'],
  es: ['Recorte y devuelva este talón con su pago', 'Importe abonado', 'Pagar a'],
  it: ['Tagliando da allegare al pagamento', 'Importo versato', 'Pagare a'],
  nl: ['Strook meesturen met uw betaling', 'Betaald bedrag', 'Betalen aan'],
}

export const transferWords = {
  de: [
    'SEPA-Überweisung/Zahlschein',
    'Angaben zum Zahlungsempfänger: Name, Vorname/Firma',
    'IBAN',
    'BIC des Kreditinstituts',
    'Betrag: Euro, Cent',
    'Kunden-Referenznummer - Verwendungszweck',
    'Angaben zum Kontoinhaber/Zahler',
  ],
  nl: [
    'Overschrijvingsformulier',
    'Naam begunstigde',
    'IBAN begunstigde',
    'BIC',
    'Bedrag in EUR',
    'Mededeling',
    'Naam opdrachtgever',
  ],
  fr: [
    'Ordre de virement SEPA',
    'Nom du bénéficiaire',
    'IBAN bénéficiaire',
    'BIC',
    'Montant en EUR',
    'Communication',
    'Nom du donneur d’ordre',
  ],
} as const
