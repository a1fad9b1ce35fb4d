/** PowerNet-MIB (enterprise 318), the group `ups`. Scalars end in `.0`. */
export const UPS = '1.3.6.1.4.1.318.1.1.1';

/** upsBasicBatteryStatus and upsBasicOutputStatus decide on events; several items look at them. */
export const BATTERY_STATUS = `${UPS}.2.1.1.0`;
export const OUTPUT_STATUS = `${UPS}.4.1.1.0`;

/** Not supported: -1 for INTEGER, which a Gauge32 or TimeTicks shows as its full scale. */
export const UNSUPPORTED = [-1, 4_294_967_295];
/** Texts of objects that this UPS does not have. */
export const NO_TEXT = ['UNKNOWN', 'NOT SUPPORTED', 'N/A'];
