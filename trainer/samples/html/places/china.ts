/** Companies and invoices of CN: Chinese towns are real, everything else is combined at random. */

import type { Place } from '../locale.ts'

export const china: Place = {
  code: 'CN',
  currency: 'CNY',
  marks: '¥|￥|CNY|元|RMB',
  decimals: 2,
  rates: [13, 6, 9],
  point: '.',
  groups: ',|,|',
  dates: 'yyyy年mm月dd日|yyyy-mm-dd|long|yyyy/mm/dd',
  towns:
    '北京市朝阳区 100020|上海市浦东新区 200120|广东省深圳市南山区 518057|浙江省杭州市西湖区 310012|江苏省苏州市工业园区 215021|四川省成都市高新区 610041',
  street: '{s}{n}号',
  streets: '人民路|中山路|建设大道|科技园南路|和平街|长江路|解放大道',
  surnames: '王|李|张|刘|陈|杨|赵|黄|周|吴',
  givenNames: '伟|芳|娜|敏|静|强|磊|洋|艳|杰',
  surnameFirst: true,
  trades: '贸易|科技|物流|建筑|印刷|电子|食品|咨询|机械|广告',
  forms: '{n}有限公司|上海{n}有限公司|深圳市{n}有限公司|北京{n}有限责任公司|{n}股份有限公司',
  banks: '中国工商银行|中国建设银行|招商银行|中国银行',
  phone: '+86 10 #### ####',
  name: '中国',
  iban: '',
  vat: '91######@@########',
}
