export const MINUTE_S = 60;
export const HOUR_S = 60 * MINUTE_S;
export const DAY_S = 24 * HOUR_S;
export const KIB = 1024;
export const MIB = 1024 * KIB;
export const PORT_MAX = 65_535;
