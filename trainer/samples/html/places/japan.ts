/** Companies and invoices of JP: Japanese towns are real, everything else is combined at random. */

import type { Place } from '../locale.ts'

export const japan: Place = {
  code: 'JP',
  currency: 'JPY',
  marks: '¥|円|¥|￥|JPY|円',
  decimals: 0,
  rates: [10, 8],
  point: '.',
  groups: ',|,|,',
  dates: 'long|yyyy/mm/dd|yyyy年m月d日|yyyy-mm-dd|yyyy年mm月dd日|yyyy.mm.dd',
  towns:
    '〒100-0005 東京都千代田区丸の内|〒530-0001 大阪府大阪市北区梅田|〒460-0008 愛知県名古屋市中区栄|〒812-0011 福岡県福岡市博多区|〒060-0042 北海道札幌市中央区|〒980-0021 宮城県仙台市青葉区|〒220-0012 神奈川県横浜市西区',
  street: '{s}{n}番地',
  streets: '本町1丁目|中央2丁目|駅前3丁目|栄町4丁目|緑ヶ丘5丁目|東通り1-',
  surnames: '佐藤|鈴木|高橋|田中|伊藤|渡辺|山本|中村|小林|加藤|吉田',
  givenNames: '太郎|花子|健一|直子|浩|由美|翔太|美咲',
  surnameFirst: true,
  trades: '商事|工業|印刷|建設|運輸|電機|食品|製作所|システム|デザイン|物産|商店',
  forms: '株式会社{n}|{n}株式会社|株式会社 {n}|有限会社{n}|合同会社{n}|(株){n}|{n} 株式会社',
  banks: '三菱UFJ銀行|三井住友銀行|みずほ銀行|りそな銀行|ゆうちょ銀行',
  phone: '03-####-####',
  name: '日本',
  iban: '',
  vat: 'T#############',
}
