/**
 * Where things stand above and below the table. A letter is a block, `+` puts one below another,
 * `|` side by side, `/` begins a row; a blank is an empty column.
 *
 *   B brand, without the legal name   N seller's name, large   S seller   U buyer   H delivery address
 *   W buyer below the sender's line, as for a window   F facts   G the other half of the facts
 *   T title   A amount due   C phone and mail of the seller
 *
 *   Z totals   P payment   X notes
 */

/** Heads of documents that are common somewhere, by what sends them. Those of a family look similar. */
export const headFamilies: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  letters: {
    letter: ' |N+S/W|F/T',
    letterRight: 'B| /W|S+F/T',
    letterhead: 'N/C/W|F/T',
    office: 'N| |S/T/U|F',
    consultant: 'U|S/T|F',
    lawyer: 'N/U/ |F/T',
    association: 'N|S/U|F/T/G',
    authority: 'S|F/W/T/G',
    insurance: 'B|S/W|F/T/A',
    buyerFirst: 'U/S|F/T',
  },
  shops: {
    agency: 'T|B/S|U|F',
    studio: 'B/T|F/S|U',
    shop: 'N+S|T/U|H|F',
    store: 'B|S/T/U|H|F',
    market: 'T/S|U/F',
    platform: 'B|T/S|U+H/F',
    wholesale: 'N+S|T+F/U|H',
    receipt: 'N+S/T/F/U',
    ticket: 'T+A|N/F|U',
    trade: 'T/N+S|F/U+H|G',
  },
  trades: {
    carrier: 'T+F|N+S/H|U',
    hotel: 'N+C/U|F/T',
    clinic: 'N|A/S|U/T/F',
    school: 'T/N+S/U/F',
    craft: 'S|B/U| /T/F',
    garage: 'N+S|F/U|G/T',
    farm: 'N/S|T+F/U',
    publisher: 'U|B/ |S/T|F',
    lease: 'T/S|U/F/G',
    freelancer: 'S/U/T/F',
  },
  bills: {
    energy: 'B|F/U|A/T',
    telecom: 'B| |A/U|S|F/T',
    water: 'A|B/U|S/F/T',
    saas: 'T|B/F/S|U/A',
    cloud: 'B|T/A/U|S|F',
    sumFirst: 'A/T|F/U|S',
    reminder: 'B|S/U/T|F/A',
  },
  forms: {
    form: 'T/F/S|U/G',
    register: 'T|F/S/U/G',
    bilateral: 'S|U/T/F',
    reversed: 'U|S/F|T',
    buyerAbove: 'T/U|F/S|G',
    strip: 'N|T/F/U|S',
    export: 'N|S/U|H/F|G/T',
    customs: 'S|F/U|G/H|T',
  },
  columns: {
    narrow: 'N+S+U|T+F',
    tower: 'T+F+U|N+S+H',
    three: 'S|U|F/T',
    threeTwo: 'B|C|T/U|H|F',
    central: 'T/N/S/U|F',
    dense: 'N+S|U+H|T+F',
    sparse: 'T/ |N/ |U/F',
  },
}

export const heads: Readonly<Record<string, string>> = Object.assign(
  {},
  ...Object.values(headFamilies),
)

/** What may stand below the table. */
export const foots: readonly string[] = [
  'X|Z/P',
  ' |Z/P/X',
  ' |Z/X/P',
  'P|Z/X',
  'P|Z',
  'Z/P/X',
  'Z/X/P',
  'Z|P/X',
  'Z| /P|X',
  'X+P|Z',
  'P+X| |Z',
  ' | |Z/P|X',
]
