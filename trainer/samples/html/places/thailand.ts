/** Companies and invoices of TH: Thai towns are real, everything else is combined at random. */

import type { Place } from '../locale.ts'

export const thailand: Place = {
  code: 'TH',
  currency: 'THB',
  marks: 'บาท|฿|THB|บาท',
  decimals: 2,
  rates: [7],
  point: '.',
  groups: ',|,|',
  dates: 'dd/mm/yyyy|dd-mm-yyyy|long|dd/mm/yyyy',
  towns: 'กรุงเทพมหานคร 10110|เชียงใหม่ 50000|ขอนแก่น 40000|ชลบุรี 20000|ภูเก็ต 83000',
  street: '{n} {s}',
  streets: 'ถนนสุขุมวิท|ถนนพระราม 4|ถนนสีลม|ถนนนิมมานเหมินท์|ถนนมิตรภาพ',
  surnames: 'ใจดี|สุขสวัสดิ์|ศรีสุข|วงศ์สวัสดิ์|ทองดี|บุญมี',
  givenNames: 'สมชาย|สมหญิง|วิชัย|สุดา|อนันต์|มาลี',
  trades: 'การค้า|ขนส่ง|ก่อสร้าง|การพิมพ์|เฟอร์นิเจอร์|อิเล็กทรอนิกส์|อาหาร|ซอฟต์แวร์|บัญชี',
  forms: 'บริษัท {n} จำกัด|บริษัท {n} จำกัด (มหาชน)|ห้างหุ้นส่วนจำกัด {n}|หจก. {n}',
  banks: 'ธนาคารกสิกรไทย|ธนาคารกรุงเทพ|ธนาคารไทยพาณิชย์',
  phone: '02-###-####',
  name: 'ประเทศไทย',
  iban: '',
  vat: '0############',
}
