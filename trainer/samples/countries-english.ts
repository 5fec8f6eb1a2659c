/** Countries whose invoices are in English; see countries-continental.ts. */

import type { Country } from './country.ts'

const english = {
  surnames:
    'Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White Roberts Green Hall Wood Jackson Clarke Harris Lewis Cooper Bennett Hughes Carter Turner Parker Collins Murphy Reed Fletcher Barnes Marshall Grant Palmer Foster Gibson Hunter Pearson Walsh Doyle Kelly Byrne Ryan Campbell Stewart Morgan Sullivan Brooks'.split(
      ' ',
    ),
  givenNames:
    'Emma James Olivia Michael Sarah David Laura Daniel Hannah Peter Grace Thomas Rachel Andrew Claire Simon'.split(
      ' ',
    ),
}
export const englishSpeaking: readonly Country[] = [
  {
    code: 'GB',
    languages: ['en'],
    currency: 'GBP',
    taxRates: [20, 5],
    name: { en: 'United Kingdom' },
    ...english,
    phone: '0#### ######',
    streets:
      'High Street,Station Road,Church Lane,Victoria Street,Park Avenue,Mill Lane,King Street,Queens Road,Market Square,The Green,Bridge Street,Industrial Estate,Abbey Road,Castle Street'.split(
        ',',
      ),
    towns:
      'London EC1A 4HD,Manchester M1 2WD,Birmingham B2 5DB,Leeds LS1 4DY,Bristol BS1 6AE,Edinburgh EH1 1YZ,Glasgow G2 8LH,Cambridge CB2 1TN,Oxford OX1 3BD,Cardiff CF10 1EP,Norwich NR2 1TF,York YO1 7HH,Brighton BN1 4GW,Nottingham NG1 5FW'.split(
        ',',
      ),
    legalForms: 'Ltd,Limited,Ltd.,plc,LLP,& Sons Ltd,& Co'.split(','),
  },
  {
    code: 'IE',
    languages: ['en'],
    currency: 'EUR',
    taxRates: [23, 13.5],
    name: { en: 'Ireland' },
    ...english,
    phone: '+353 1 ### ####',
    streets:
      "Main Street,O'Connell Street,Grafton Street,Patrick Street,The Quay,Abbey Street,Dock Road".split(
        ',',
      ),
    towns: 'Dublin 2,Cork T12 X8N6,Galway H91 E2K8,Limerick V94 T9PX,Waterford X91 PF86'.split(','),
    legalForms: 'Ltd,Limited,DAC,plc,Ltd.'.split(','),
  },
  {
    code: 'US',
    languages: ['en'],
    currency: 'USD',
    taxRates: [8.25, 0, 6, 7.5],
    name: { en: 'United States' },
    ...english,
    phone: '(###) 555-####',
    streets:
      'Main St,Oak Avenue,Maple Drive,2nd Street,Market St Suite 400,Broadway,Elm Street,Washington Blvd,Sunset Boulevard,Industrial Pkwy,Lakeview Dr,Park Ave 12th Floor,Mission Street'.split(
        ',',
      ),
    towns:
      'New York, NY 10013;San Francisco, CA 94107;Austin, TX 78701;Chicago, IL 60601;Seattle, WA 98101;Denver, CO 80202;Boston, MA 02110;Portland, OR 97205;Atlanta, GA 30303;Miami, FL 33130;Columbus, OH 43215;Fremont, CA 94538'.split(
        ';',
      ),
    legalForms: 'Inc.,LLC,Corp.,Inc,Co.,Group LLC,Incorporated,L.P.'.split(','),
  },
  {
    code: 'AU',
    languages: ['en'],
    currency: 'AUD',
    taxRates: [10],
    name: { en: 'Australia' },
    ...english,
    phone: '(02) #### ####',
    streets: 'George Street,Collins St,Queen Street,Pacific Highway,Beach Road,William St'.split(
      ',',
    ),
    towns:
      'Sydney NSW 2000,Melbourne VIC 3000,Brisbane QLD 4000,Perth WA 6000,Adelaide SA 5000'.split(
        ',',
      ),
    legalForms: 'Pty Ltd,Pty. Ltd.,Limited'.split(','),
  },
  {
    code: 'IN',
    languages: ['en'],
    currency: 'INR',
    taxRates: [18, 12, 5, 28],
    name: { en: 'India' },
    phone: '+91 ##### #####',
    surnames:
      'Sharma Gupta Patel Singh Reddy Iyer Nair Mehta Kapoor Das Rao Verma Joshi Agarwal Banerjee Kulkarni'.split(
        ' ',
      ),
    givenNames: 'Amit Priya Rahul Anjali Suresh Kavya Vikram Neha Arjun Pooja'.split(' '),
    streets:
      'M.G. Road,Nehru Nagar,Link Road,Park Street,Anna Salai,Industrial Area Phase II,Sector 18,Ring Road,Station Road,Outer Ring Road'.split(
        ',',
      ),
    towns:
      'Bengaluru, Karnataka 560001;Mumbai - 400 069;New Delhi - 110001;Chennai 600 002, Tamil Nadu;Hyderabad, Telangana 500081;Pune, Maharashtra - 411001;Kolkata 700016;Gurgaon, Haryana 122002'.split(
        ';',
      ),
    legalForms: 'Pvt. Ltd.,Private Limited,Pvt Ltd,LLP,Limited,Enterprises,Traders'.split(','),
  },
  {
    code: 'MY',
    languages: ['en'],
    currency: 'MYR',
    taxRates: [6, 0],
    name: { en: 'Malaysia' },
    phone: '03-#### ####',
    surnames:
      'Tan Lim Lee Wong Ng Chan Ong Abdullah Ahmad Rahman Ismail Hassan Kumar Goh Yap Teoh Chong Aziz'.split(
        ' ',
      ),
    givenNames: 'Wei Ming Siti Ahmad Mei Farid Kavitha Jun'.split(' '),
    streets:
      'JALAN SS 2/24,JALAN BUKIT BINTANG,JALAN AMPANG,TAMAN MELATI,PERSIARAN KEWAJIPAN,JALAN PERMAS 10,LORONG 8'.split(
        ',',
      ),
    towns:
      '47300 PETALING JAYA SELANGOR,50450 KUALA LUMPUR,81750 MASAI JOHOR,10050 GEORGETOWN PULAU PINANG,40000 SHAH ALAM'.split(
        ',',
      ),
    legalForms: 'SDN BHD,SDN. BHD.,ENTERPRISE,TRADING'.split(','),
  },
]
