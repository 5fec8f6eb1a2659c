/** Companies and invoices of VN: Vietnamese towns are real, everything else is combined at random. */

import type { Place } from '../locale.ts'

export const vietnam: Place = {
  code: 'VN',
  currency: 'VND',
  marks: 'đ|VND|₫|VNĐ',
  decimals: 0,
  rates: [10, 8],
  point: ',',
  groups: '.|.|,',
  dates: 'dd/mm/yyyy|dd-mm-yyyy|long|dd/mm/yyyy',
  towns:
    'Quận 1, TP. Hồ Chí Minh|Quận Hoàn Kiếm, Hà Nội|Quận Hải Châu, Đà Nẵng|TP. Biên Hòa, Đồng Nai|Quận Ninh Kiều, Cần Thơ',
  street: '{n} {s}',
  streets: 'Nguyễn Huệ|Lê Lợi|Trần Hưng Đạo|Hai Bà Trưng|Lý Thường Kiệt|Điện Biên Phủ',
  surnames: 'Nguyễn|Trần|Lê|Phạm|Hoàng|Phan|Vũ|Đặng',
  givenNames: 'Văn An|Thị Hoa|Minh Tuấn|Thu Hà|Quang Huy|Thanh Mai',
  surnameFirst: true,
  trades: 'Thương Mại|Vận Tải|Xây Dựng|In Ấn|Nội Thất|Điện Tử|Thực Phẩm|Phần Mềm|Dịch Vụ',
  forms: 'Công ty TNHH {n}|CÔNG TY CỔ PHẦN {n}|Công ty TNHH MTV {n}|Doanh nghiệp tư nhân {n}',
  banks: 'Vietcombank|Techcombank|BIDV|VietinBank',
  phone: '028 #### ####',
  name: 'Việt Nam',
  iban: '',
  vat: '0#########',
}
