/** Companies and invoices of BR: Brazilian towns are real, everything else is combined at random. */

import type { Place } from '../locale.ts'

export const brazil: Place = {
  code: 'BR',
  currency: 'BRL',
  marks: 'R$|R$|BRL',
  decimals: 2,
  rates: [18, 12, 5],
  point: ',',
  groups: '.|.|.',
  dates: 'dd/mm/yyyy|dd/mm/yyyy|dd/mm/yy|long',
  towns:
    '01310-100 São Paulo - SP|20040-002 Rio de Janeiro - RJ|30130-010 Belo Horizonte - MG|80010-000 Curitiba - PR|90010-150 Porto Alegre - RS|40020-000 Salvador - BA',
  street: '{s}, {n}',
  streets:
    'Av. Paulista|Rua das Acácias|Rua XV de Novembro|Av. Brasil|Rua Sete de Setembro|Alameda Santos',
  surnames: 'Silva|Souza|Oliveira|Lima|Carvalho|Ribeiro|Barbosa|Rocha|Araújo',
  givenNames: 'João|Mariana|Lucas|Fernanda|Rafael|Juliana|Bruno|Camila',
  trades: 'Comércio|Indústria|Serviços|Tecnologia|Distribuidora|Transportes|Alimentos|Gráfica',
  forms: '{n} Ltda.|{n} LTDA|{n} S.A.|{n} ME|{n} EIRELI|{n} Ltda - EPP',
  banks: 'Banco do Brasil|Itaú Unibanco|Bradesco|Caixa Econômica Federal',
  phone: '(11) ####-####',
  name: 'Brasil',
  iban: '',
  vatLabels: 'CNPJ|CNPJ/MF|CNPJ',
  vat: '##.###.###/0001-##',
}
