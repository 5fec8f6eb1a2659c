/** The countries and languages of the drawn samples, as locales of printed ones. */

import type { Language } from '../../../processors/values/normalise.ts'
import type { Country } from '../country.ts'
import { companyName } from '../company-names.ts'
import { trades } from '../goods.ts'
import { countries } from '../places.ts'
import { wording } from '../wording.ts'
import type { Labels } from './labels.ts'
import type { Locale } from './locale.ts'

type More = Pick<Labels, 'ourOrder' | 'deliveryNote' | 'preceding' | 'dated'>

const more: Readonly<Record<Language, More>> = {
  en: {
    ourOrder: 'Our order no.|Sales order|Our reference|Job number|Order confirmation',
    deliveryNote: 'Delivery note|Delivery note no.|Packing slip|Despatch no.',
    preceding: 'Original invoice|Credit for invoice|Refers to invoice|Corrected invoice no.',
    dated: 'no. {x} of {d}|{x} dated {d}|{x}, {d}|No. {x} - {d}',
  },
  de: {
    ourOrder:
      'Unsere Auftragsnummer|Auftragsbestätigung|Unser Auftrag|Vorgangsnummer|Unser Zeichen',
    deliveryNote: 'Lieferschein|Lieferschein-Nr.|Lieferscheinnummer',
    preceding: 'Ursprüngliche Rechnung|Zu Rechnung|Korrektur zu Rechnung|Bezug: Rechnung Nr.',
    dated: 'Nr. {x} vom {d}|{x} vom {d}|Nr. {x}, {d}|{x} / {d}',
  },
  fr: {
    ourOrder: 'Notre commande|N° d’affaire|Notre référence|Dossier|Accusé de commande',
    deliveryNote: 'Bon de livraison|BL n°|N° BL',
    preceding: 'Facture d’origine|Avoir sur facture|Facture rectifiée',
    dated: 'n° {x} du {d}|N° {x} du {d}|{x} du {d}|no {x}, le {d}',
  },
  es: {
    ourOrder: 'Nuestro pedido|N.º de expediente|Nuestra referencia|Pedido interno',
    deliveryNote: 'Albarán|Albarán n.º|Nota de entrega',
    preceding: 'Factura rectificada|Factura original|Rectifica a',
    dated: 'n.º {x} de {d}|Nº {x} de fecha {d}|{x} del {d}|{x}, {d}',
  },
  it: {
    ourOrder: 'Nostro ordine|Nostro riferimento|Commessa|Conferma d’ordine',
    deliveryNote: 'DDT|DDT n.|Documento di trasporto',
    preceding: 'Fattura originale|Storno fattura|Rif. fattura',
    dated: 'n. {x} del {d}|N. {x} del {d}|{x} del {d}|nr. {x}, {d}',
  },
  nl: {
    ourOrder: 'Onze order|Ons ordernummer|Onze referentie|Opdrachtnummer',
    deliveryNote: 'Pakbon|Pakbonnummer|Leverbon',
    preceding: 'Oorspronkelijke factuur|Creditering van factuur|Betreft factuur',
    dated: 'nr. {x} van {d}|{x} d.d. {d}|{x}, {d}',
  },
}
const banks: Readonly<Record<Language, string>> = {
  en: 'Barclays Bank|First National Bank|Lloyds Bank|City Bank|HSBC|Maybank|Union Trust',
  de: 'Sparkasse|Volksbank eG|Commerzbank|Deutsche Bank|Postbank|Raiffeisenbank',
  fr: 'Crédit Agricole|BNP Paribas|Société Générale|La Banque Postale',
  es: 'CaixaBank|Banco Santander|BBVA|Banco Sabadell',
  it: 'Intesa Sanpaolo|UniCredit|Banca Popolare',
  nl: 'ING Bank|Rabobank|ABN AMRO',
}
const dates: Readonly<Record<Language, string>> = {
  en: 'dd/mm/yyyy|long|short|yyyy-mm-dd|dd/mm/yyyy|dd.mm.yyyy|dd-mm-yyyy',
  de: 'dd.mm.yyyy|dd.mm.yyyy|dd.mm.yyyy|d.m.yyyy|dd.mm.yy|long|yyyy-mm-dd',
  fr: 'dd/mm/yyyy|dd/mm/yyyy|long|dd/mm/yy|dd-mm-yyyy|dd.mm.yyyy|short|yyyy-mm-dd',
  es: 'dd/mm/yyyy|dd/mm/yyyy|long|dd-mm-yyyy|d/m/yyyy|dd/mm/yy|yyyy-mm-dd',
  it: 'dd/mm/yyyy|dd/mm/yyyy|long|dd-mm-yyyy|dd.mm.yyyy|short|yyyy-mm-dd',
  nl: 'dd-mm-yyyy|dd-mm-yyyy|long|dd/mm/yyyy|d-m-yyyy|short|yyyy-mm-dd',
}
const groups: Readonly<Record<Language, string>> = { en: ',|,|,|', de: '.|.|.||s', fr: 'n|s||.', es: '.|.|', it: '.|.||', nl: '.|.||' } // prettier-ignore
const marks: Readonly<Record<string, string>> = {
  EUR: '€|€|€|EUR|EUR',
  USD: '$|$|USD|US$',
  GBP: '£|£|GBP',
  CHF: 'CHF|CHF|Fr.',
  AUD: '$|AUD|A$',
  MYR: 'RM|RM|MYR',
  INR: '₹|INR|Rs.|Rs',
}
const vatLabels: Readonly<Record<string, string>> = {
  AU: 'ABN|A.B.N.|ABN/GST',
  IN: 'GSTIN|GST No.|GSTIN No.|GST Reg. No.',
  ES: 'NIF|CIF|C.I.F.|N.I.F.|NIF/CIF',
  CH: 'UID|MWST-Nr.|N° TVA|CHE|IVA',
}
const streetFirst: ReadonlySet<string> = new Set(['DE', 'AT', 'CH', 'NL', 'IT'])
// Tax numbers that the drawn samples have none of
const vat: Readonly<Record<string, string>> = {
  AU: '## ### ### ###',
  IN: '##@@@@@####@#Z#',
}

const texts = (of: (trade: (typeof trades)[number]) => readonly string[]): string =>
  trades.flatMap(of).join('|')

export const drawnLocales: readonly Locale[] = countries.flatMap((country) =>
  country.languages.map((language) => localeOf(country, language)),
)

export function labelsOf(language: Language): Labels {
  return {
    ...wording[language],
    ...more[language],
    goods: texts((trade) => trade.goods[language]),
    units: texts((trade) => trade.units[language]),
  }
}

function localeOf(country: Country, language: Language): Locale {
  return {
    language,
    script: 'latin',
    labels: labelsOf(language),
    companyName: (random, part) =>
      companyName(country, language, random.pick(trades), random, part),
    place: {
      code: country.code,
      currency: country.currency,
      marks: marks[country.currency] ?? country.currency,
      decimals: 2,
      rates: country.taxRates,
      point: language === 'en' || country.code === 'CH' ? '.' : ',',
      groups: country.code === 'CH' ? "'|’||s" : groups[language],
      dates: country.code === 'US' ? 'mm/dd/yyyy|long|short|m/d/yyyy|yyyy-mm-dd' : dates[language],
      towns: country.towns.join('|'),
      street: streetOf(country.code),
      streets: country.streets.join('|'),
      surnames: country.surnames.join('|'),
      givenNames: country.givenNames.join('|'),
      trades: texts((trade) => trade.names[language]),
      forms: country.legalForms.map((form) => `{n} ${form}`).join('|'),
      banks: banks[language],
      phone: country.phone,
      name: country.name[language] ?? country.name.en ?? country.code,
      iban: '',
      vat: vat[country.code] ?? '',
      ...(vatLabels[country.code] === undefined ? {} : { vatLabels: vatLabels[country.code] }),
    },
  }
}

function streetOf(code: string): string {
  if (streetFirst.has(code)) return '{s} {n}'
  return code === 'ES' ? '{s}, {n}' : '{n} {s}'
}
