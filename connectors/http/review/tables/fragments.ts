/** Pieces of SQL that several tables of the dashboard share: names, filters, conditions. */

export const modelOf = (alias: string): string =>
  `concat(${alias}.model_name, '/', toString(${alias}.model_version))`
export const days = (time: string) =>
  ({
    from: `toDate(${time}) >= toDate({from:String})`,
    to: `toDate(${time}) <= toDate({to:String})`,
  }) as const
export const readDays = (day: string) =>
  ({
    read_from: `${day} >= toDate({read_from:String})`,
    read_to: `${day} <= toDate({read_to:String})`,
  }) as const
export const answeredDays = (day: string) =>
  ({
    answered_from: `${day} >= toDate({answered_from:String})`,
    answered_to: `${day} <= toDate({answered_to:String})`,
  }) as const
export const ofVerdict = {
  profile: 'v.profile',
  vendor: 'v.vendor_id',
  model: modelOf('v'),
  reviewer: 'v.reviewer',
  basis: 'v.basis',
  ...answeredDays('toDate(v.decided_at)'),
  ...days('v.decided_at'),
} as const
export const fieldOf = (alias: string): string =>
  `if(${alias}.line > 0, concat('lineItems.', ${alias}.field), toString(${alias}.field))`
export const ofField = {
  profile: 'j.profile',
  vendor: 'j.vendor_id',
  field: fieldOf('j'),
  model: modelOf('j'),
  basis: 'j.basis',
  reviewer: 'j.reviewer',
  ...answeredDays('j.day'),
  ...days('j.day'),
} as const
export const binOf = 'least(9, toUInt8(floor(assumeNotNull(j.confidence) * 10))) / 10'
export const calibrated =
  "j.outcome IN ('tp', 'fp') AND j.confidence IS NOT NULL AND j.line = 0 AND j.basis IN ('review', 'sample')"
export const waitingFor =
  "multiIf(date_diff('minute', s.received_at, now64(3)) < 60, 'under 1 h', date_diff('minute', s.received_at, now64(3)) < 240, '1 to 4 h', date_diff('minute', s.received_at, now64(3)) < 1440, '4 to 24 h', date_diff('minute', s.received_at, now64(3)) < 4320, '1 to 3 d', 'over 3 d')"
