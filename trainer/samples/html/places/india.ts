/** Companies and invoices of IN: Indian towns are real, everything else is combined at random. */

import type { Place } from '../locale.ts'

export const india: Place = {
  code: 'IN',
  currency: 'INR',
  marks: '₹|₹|रु.|INR',
  decimals: 2,
  rates: [18, 12, 5],
  point: '.',
  groups: ',|,|',
  dates: 'dd/mm/yyyy|dd-mm-yyyy|long|dd.mm.yyyy',
  towns: 'नई दिल्ली 110001|मुंबई 400001|लखनऊ 226001|जयपुर 302001|भोपाल 462001|पटना 800001',
  street: '{n}, {s}',
  streets: 'महात्मा गांधी मार्ग|स्टेशन रोड|नेहरू नगर|सदर बाजार|औद्योगिक क्षेत्र',
  surnames: 'शर्मा|वर्मा|गुप्ता|सिंह|यादव|मिश्रा|अग्रवाल|जोशी',
  givenNames: 'राजेश|सुनीता|अमित|प्रिया|विकास|अनीता|संजय|पूजा',
  trades: 'ट्रेडर्स|इंडस्ट्रीज|ट्रांसपोर्ट|प्रिंटर्स|फर्नीचर|इलेक्ट्रिकल्स|फूड्स|सॉफ्टवेयर|कंसल्टेंट्स',
  forms: '{n} प्रा. लि.|{n} प्राइवेट लिमिटेड|{n} एंड संस|मेसर्स {n}|{n} लिमिटेड',
  banks: 'भारतीय स्टेट बैंक|एचडीएफसी बैंक|आईसीआईसीआई बैंक',
  phone: '+91 ##### #####',
  name: 'भारत',
  iban: '',
  vat: '##@@@@@####@#Z#',
}
