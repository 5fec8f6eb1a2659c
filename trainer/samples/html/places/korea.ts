/** Companies and invoices of KR: Korean towns are real, everything else is combined at random. */

import type { Place } from '../locale.ts'

export const korea: Place = {
  code: 'KR',
  currency: 'KRW',
  marks: '원|₩|KRW|원',
  decimals: 0,
  rates: [10],
  point: '.',
  groups: ',|,|,',
  dates: 'long|yyyy-mm-dd|yyyy.mm.dd|yyyy/mm/dd|yyyy년 mm월 dd일',
  towns:
    '서울특별시 강남구 06134|서울특별시 종로구 03154|부산광역시 해운대구 48058|인천광역시 연수구 21999|대전광역시 유성구 34126|경기도 성남시 분당구 13494',
  street: '{s} {n}',
  streets: '테헤란로|세종대로|강남대로|중앙로|센텀중앙로|판교역로|대학로',
  surnames: '김|이|박|최|정|강|조|윤|장|임',
  givenNames: '민수|지영|현우|수진|영호|은정|준호|미경',
  surnameFirst: true,
  trades: '상사|산업|건설|물류|인쇄|전자|식품|컨설팅|시스템|디자인|무역',
  forms: '주식회사 {n}|(주){n}|{n} 주식회사|{n}(주)|유한회사 {n}',
  banks: '국민은행|신한은행|우리은행|하나은행|기업은행',
  phone: '02-####-####',
  name: '대한민국',
  iban: '',
  vat: '###-##-#####',
}
