/** Companies and invoices of SA: Saudi towns are real, everything else is combined at random. */

import type { Place } from '../locale.ts'

export const saudi: Place = {
  code: 'SA',
  currency: 'SAR',
  marks: 'ر.س|SAR|ريال|SAR',
  decimals: 2,
  rates: [15],
  point: '.',
  groups: ',|,|',
  dates: 'dd/mm/yyyy|yyyy-mm-dd|yyyy/mm/dd|long|dd-mm-yyyy',
  towns: 'الرياض 11564|جدة 21589|الدمام 31411|مكة المكرمة 24231|المدينة المنورة 42311',
  street: '{s} {n}',
  streets: 'شارع الملك فهد|طريق العليا|شارع التحلية|شارع الأمير سلطان|حي الورود',
  surnames: 'العتيبي|القحطاني|الحربي|الغامدي|الزهراني|الشمري|المطيري',
  givenNames: 'محمد|فاطمة|أحمد|نورة|عبدالله|سارة|خالد|ريم',
  trades: 'التجارية|للمقاولات|للنقل|للطباعة|للأثاث|للاستشارات|للتقنية|للأغذية|للصيانة',
  forms: 'شركة {n}|مؤسسة {n}|شركة {n} المحدودة|شركة {n} ذ.م.م|مجموعة {n}',
  banks: 'مصرف الراجحي|البنك الأهلي السعودي|بنك الرياض',
  phone: '+966 1# ### ####',
  name: 'المملكة العربية السعودية',
  iban: '####################',
  vat: '3#############3',
}
