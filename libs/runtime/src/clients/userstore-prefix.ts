const prefixes: Readonly<Record<string, string>> = {
  SD2E: 'SD2E',
  TACC: 'TACC',
  A2CPS: 'A2CPS',
  DESIGNSAFE: 'TACC',
  'IPLANTC-ORG': 'IPLANTC',
  VDJ: 'VDJ',
  '3DEM': '3DEM',
  IREC: 'IREC',
  SGCI: 'SGCI-PROD',
  DEV: 'agavedev',
  'DEV-DEVELOP': 'agavedev',
  'DEV-STAGING': 'agavedev',
};

/** The user store that the original's gateway has for a tenant (contract 7). */
export const userstorePrefix = (tenant: string): string => {
  const name = tenant.toUpperCase();
  return (Object.hasOwn(prefixes, name) ? prefixes[name] : undefined) ?? 'TACC';
};
