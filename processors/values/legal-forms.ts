/**
 * Words of legal forms that end (or begin) companies' names: the abbreviations of ISO 20275's list
 * that invoices print, by country.
 */

import { isAscii } from '../shared/ascii.ts'

const byCountry: Readonly<Record<string, string>> = {
  AT: 'GmbH AG KG OG GesmbH',
  AU: 'Pty Ltd Limited',
  BE: 'BV BVBA NV SPRL SRL VOF CVBA SA',
  BG: 'ООД ЕООД АД ЕАД ЕТ',
  BR: 'Ltda EIRELI ME EPP S/A',
  CA: 'Inc Ltd Corp Ltée',
  CH: 'AG GmbH SA Sàrl Sagl',
  CZ: 'a.s s.r.o v.o.s k.s o.p.s spol',
  DE: 'GmbH AG KG OHG UG eG e.V e.K GbR KGaA mbH PartG',
  DK: 'ApS A/S I/S K/S P/S',
  EE: 'OÜ',
  ES: 'S.L S.A S.L.U S.A.U S.C S.Coop S.L.L C.B SL SA SLU',
  FI: 'Oy Oyj Ky Ay',
  FR: 'SARL SAS SASU EURL SA SNC SCI SCOP',
  GB: 'Ltd Limited LLP PLC LP',
  GR: 'ΑΕ ΕΠΕ ΙΚΕ ΟΕ ΕΕ Α.Ε Ε.Π.Ε Ι.Κ.Ε Ο.Ε Ε.Ε',
  HR: 'd.o.o d.d j.d.o.o',
  HU: 'Kft Zrt Bt Nyrt Kkt Rt',
  ID: 'PT CV Tbk',
  IL: 'בע"מ',
  IN: 'Pvt Private Limited Ltd LLP',
  IT: 'S.p.A S.r.l S.r.l.s S.n.c S.a.s S.s srl spa snc sas',
  LT: 'UAB AB MB',
  LV: 'SIA AS',
  MX: 'S.A.P.I S.A C.V R.L S.C',
  MY: 'Sdn Bhd',
  NL: 'B.V N.V V.O.F BV NV VOF C.V',
  NO: 'AS ASA ANS DA',
  PL: 'Sp z.o.o S.A s.c sp.j sp.k o.o',
  PT: 'Lda S.A Unipessoal SGPS',
  RO: 'SRL S.R.L S.A PFA',
  RS: 'd.o.o a.d',
  RU: 'ООО ОАО ЗАО АО ПАО ИП ТОВ ФОП',
  SE: 'AB HB KB',
  SG: 'Pte Ltd',
  SI: 'd.o.o d.d s.p',
  SK: 's.r.o a.s spol',
  TR: 'A.Ş Ltd Şti AŞ',
  US: 'Inc LLC Corp Corporation Co Incorporated Company LP',
  VN: 'TNHH',
}
// Written together with the name, or before it
const inside =
  /株式会社|有限会社|合同会社|㈱|㈲|有限公司|주식회사|\(주\)|บริษัท|จำกัด|^(?:شركة|مؤسسة)$/u

const plain = (text: string): string => text.toLowerCase().replace(/[.,;:()]+$|^\(/g, '')
const words: ReadonlySet<string> = new Set(
  Object.values(byCountry).flatMap((list) => list.split(' ').map(plain)),
)

/** Whether a word is one of a legal form, or holds it. */
export function isLegalForm(text: string): boolean {
  return words.has(plain(text)) || (!isAscii(text) && inside.test(text))
}
