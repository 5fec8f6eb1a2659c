/** Companies and invoices of AE: Emirati towns are real, everything else is combined at random. */

import type { Place } from '../locale.ts'

export const emirates: Place = {
  code: 'AE',
  currency: 'AED',
  marks: 'د.إ|AED|درهم|AED',
  decimals: 2,
  rates: [5],
  point: '.',
  groups: ',|,|',
  dates: 'dd/mm/yyyy|dd-mm-yyyy|long|yyyy-mm-dd',
  towns: 'دبي|أبوظبي|الشارقة|عجمان|رأس الخيمة',
  street: '{s} {n}',
  streets: 'شارع الشيخ زايد|شارع الاتحاد|شارع المكتوم|شارع خليفة|ص.ب.',
  surnames: 'المنصوري|الكعبي|الشامسي|النعيمي|المزروعي|البلوشي',
  givenNames: 'محمد|مريم|سلطان|عائشة|راشد|هند',
  trades: 'التجارية|للمقاولات|للشحن|للطباعة|للاستشارات|للتكنولوجيا|للمواد الغذائية',
  forms: 'شركة {n} ذ.م.م|{n} ش.ذ.م.م|مؤسسة {n}|شركة {n}',
  banks: 'بنك الإمارات دبي الوطني|بنك أبوظبي الأول|بنك المشرق',
  phone: '+971 4 ### ####',
  name: 'الإمارات العربية المتحدة',
  iban: '###################',
  vat: '1##############',
}
