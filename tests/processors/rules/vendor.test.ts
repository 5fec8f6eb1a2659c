import { identifyVendor } from '../../../processors/rules/vendor.ts'
import { printOfWordsFile as wordsOf } from '../../../trainer/dataset.ts'
import { misread } from '../../../trainer/samples/noise.ts'
import { randomOf } from '../../../trainer/samples/random.ts'
import { sampleWords } from '../../../trainer/samples/sample.ts'
import { printOf } from '../../documents.ts'

describe('the vendor of a document', () => {
  test.each([
    ['a VAT id', ['Muster GmbH', 'USt-IdNr. DE136695976'], 'vat:DE136695976'],
    [
      'an IBAN where there is no VAT id',
      ['Muster GmbH', 'IBAN DE89 3704 0044 0532 0130 00 BIC COBADEFF'],
      'iban:DE89370400440532013000',
    ],
    [
      'an invalid VAT id is no identity',
      ['Muster GmbH Berlin', 'USt-IdNr. DE123456780', 'Tel. 030 1234567'],
      'phone:0301234567',
    ],
    [
      'the company number behind a name',
      ['OLD TOWN TRADING SDN BHD (860671-D)'],
      'registration:860671D',
    ],
    [
      'a labelled registration number',
      ['SHOP', 'GST ID: 000306020352'],
      'registration:000306020352',
    ],
    [
      'a telephone number, however it is punctuated',
      ['SHOP', 'TEL: +60 (3) 2710-1234'],
      'phone:60327101234',
    ],
    [
      'the buyer does not count',
      ['Rocket Inc', 'Phone 555 123 4567', 'Customer VAT ID: DE136695976'],
      'phone:5551234567',
    ],
    [
      'nor what stands below its label',
      [
        'Rocket Inc            Bill to',
        '12 High Street        Acme GmbH',
        'Phone 555 123 4567    DE VAT DE136695976',
      ],
      'phone:5551234567',
    ],
    [
      'nor what stands below its label, wherever else it is printed',
      [
        'VAT number DE136695976',
        'Rocket Inc            Bill to',
        'Phone 555 123 4567    DE VAT DE136695976',
      ],
      'phone:5551234567',
    ],
    [
      'a VAT id in which a recogniser took a digit for a letter',
      ['Muster GmbH', 'USt-IdNr. DE1366959Z6'],
      'head:MUSTERGMBH|USTIDNRDEZ',
    ],
    [
      'and one that has one right reading',
      ['Muster GmbH', 'USt-IdNr. DEI3669S976'],
      'vat:DE136695976',
    ],
    [
      'an IBAN with O for 0',
      ['Muster GmbH', 'IBAN DE89 37O4 0044 O532 0130 00'],
      'iban:DE89370400440532013000',
    ],
    [
      'a registration number with letters among its digits',
      ['SHOP', 'GST ID: OO03O602O352'],
      'registration:000306020352',
    ],
    [
      'a number in groups, without what stands behind it',
      ['SHOP', 'SIRET 552 100 554 00013 DE123456780 Paris'],
      'registration:55210055400013',
    ],
    [
      'a company number whose digits are letters; its check letter stays',
      ['OLD TOWN TRADING SDN BHD (86O67I-D)'],
      'registration:860671D',
    ],
    [
      'a company number whose first digit was taken for a letter',
      ['OLD TOWN TRADING SDN BHD (S19537-X)'],
      'registration:519537X',
    ],
    ...[
      ['a check letter that none has', '99 SPEED MART S/B (519537-%)'],
      ['a check letter taken for another', '99 SPEED MART S/B (519537-N)'],
      ['an opening bracket taken for a 1', '99 SPEED MART 5/8 1519537-X)'],
    ].map(([what, line]): [string, string[], string] => [
      `a company number with ${what}`,
      [line as string, 'GST ID. NO : 000181747712'],
      'registration:519537X',
    ]),
    [
      'a company number whose opening bracket is lost',
      ['OLD TOWN TRADING 1101083-T)'],
      'registration:1101083T',
    ],
    [
      'a company number with one digit taken for another',
      ['OLD TOWN TRADING SDN BHD (860871-D)'],
      'registration:860671D',
    ],
    [
      'a company number that two could be, as it is printed',
      ['OLD TOWN TRADING SDN BHD (519637-X)'],
      'registration:519637X',
    ],
    [
      'a labelled number of another country, as it is printed',
      ['SHOP', 'REG NO 860871-D'],
      'registration:860871D',
    ],
    [
      'a word in brackets that could be read as digits is no number',
      ['THE CONCERT SHOP (SOLOIST)'],
      'head:THECONCERTSHOPSOLOIST',
    ],
    [
      'a letter before eight digits, which is one',
      ['Tienda', 'CIF B12345674'],
      'registration:B12345674',
    ],
    [
      'a number whose last digit was taken for a letter',
      ['SHOP', 'GST ID: 00068991385G'],
      'registration:000689913856',
    ],
    ['a label with digits for letters', ['SHOP', 'C0. REG. N0 113825-W'], 'registration:113825W'],
    [
      'a telephone number before a word that begins like a digit',
      ['SHOP', 'TE1 03-2710 1234 SDN BHD'],
      'phone:0327101234',
    ],
    [
      'one whose first and last digits were taken for letters',
      ['SHOP', 'TEL O3-2710 123G'],
      'phone:0327101236',
    ],
    [
      'first lines with a digit for a letter; house numbers are none',
      ['COFFEE H0USE', '22 HIGH STREET'],
      'head:COFFEEHOUSE|HIGHSTREET',
    ],
    ['a telephone number with l for 1', ['SHOP', 'TEL: 03-27l0 I234'], 'phone:0327101234'],
    [
      'the domain where no number is printed',
      ['Rocket Inc', 'Questions? hello@mail.rocket.example.com'],
      'domain:mail.rocket.example.com',
    ],
    [
      'a mailbox of the public is nobody',
      ['Rocket Inc Ltd', 'hello@gmail.com'],
      'head:ROCKETINCLTD|HELLOGMAILCOM',
    ],
    [
      'what any paper has above its letterhead says nothing',
      ['INVOICE', 'Original', 'Rocket Incorporated', 'High Street'],
      'head:ROCKETINCORPORATED|HIGHSTREET',
    ],
    [
      'nor do dates, and labels with their values',
      [
        'INVOICE A2130/25 of 2025-05-12',
        'Account No.: K640602',
        'Rocket Incorporated',
        'High Street',
      ],
      'head:ROCKETINCORPORATED|HIGHSTREET',
    ],
    [
      'a number behind two labels',
      ['SHOP', '(GST ID NO :000473792512)'],
      'registration:000473792512',
    ],
    [
      'a company number behind the legal form',
      ['OLD TOWN TRADING SDN BHD 789417-W'],
      'registration:789417W',
    ],
    [
      'the first lines where nothing else is printed',
      ['Bäckerei', 'Hauptstr. 5', '1,20'],
      'head:BÄCKEREI|HAUPTSTR',
    ],
    ['nothing at all', ['1,20'], 'unknown:d1'],
  ])('%s', (_promise, lines, expected) => {
    expect(identifyVendor(printOf(...lines).words, 'd1').id).toBe(expected)
  })

  test('who sent it where nothing is printed that identifies, and before the first lines', () => {
    expect(
      identifyVendor(printOf('Rocket Inc').words, 'd1', 'Rocket Billing <Billing@Rocket.example>'),
    ).toEqual({ id: 'sender:billing@rocket.example', name: null, evidence: 'sender' })
    expect(
      identifyVendor(
        printOf('Rocket Inc', 'TEL: 03-2710 1234').words,
        'd1',
        'billing@rocket.example',
      ).evidence,
    ).toBe('phone')
  })

  test('words that come one by one, each as a line of its own, make the same identity', () => {
    const { words } = printOf(
      'Rocket Inc            Bill to',
      '12 High Street        Acme GmbH',
      'Phone 555 123 4567    DE VAT DE136695976',
    )
    expect(
      identifyVendor(
        words.map((word, line) => ({ ...word, line })),
        'd1',
      ).id,
    ).toBe('phone:5551234567')
  })

  test('hardly a generated invoice changes hands when one sign in fifty that can be is misread, and none gets into those of another', () => {
    const all = Array.from({ length: 60 }, (_, index) => {
      const { words } = sampleWords(5, index)
      return [words, misread(words, randomOf(5, 'vendor', index), 0.02)].map((file) =>
        identifyVendor(wordsOf(file).words, `d${index}`),
      )
    })
    expect(all.filter(([clean, noisy]) => clean?.id !== noisy?.id).length).toBeLessThanOrEqual(4)
    const merged = all.filter(([, noisy], i) =>
      all.some(([clean], k) => k !== i && clean?.id === noisy?.id),
    )
    expect(merged).toEqual([])
  })
})
