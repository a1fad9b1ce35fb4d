import type { AlarmId } from '../../../core/status/alarms';

/** One bit of a status word. `alarm` is our interpretation [inferred where the CS141 manual is less specific]. */
export interface StatusBits {
    readonly mask: number;
    readonly name: string;
    readonly alarm?: AlarmId;
}

/** UPS_SB_*: the word STATUS of most maps (CS141 manual, "UPSMAN Status Bytes", and "Short tutorial: How MODBUS addressing works"). */
export const UPS_STATUS: readonly StatusBits[] = [
    { mask: 0x0001, name: 'UPS_SB_BYPASS_MODE', alarm: 'on-bypass' },
    { mask: 0x0002, name: 'UPS_SB_SHUTDOWN', alarm: 'shutdown-pending' },
    { mask: 0x0004, name: 'UPS_SB_OUTPUT_ACT' },
    { mask: 0x0008, name: 'UPS_SB_BACKUP_MODE', alarm: 'on-battery' },
    { mask: 0x0010, name: 'UPS_SB_BATTERY_LOW', alarm: 'low-battery' },
    { mask: 0x0020, name: 'UPS_SB_OVER_TEMP', alarm: 'temp-bad' },
    { mask: 0x0040, name: 'UPS_SB_TEST_ACT', alarm: 'test-in-progress' },
    // Named after the input but printed as "over power err": either may be meant, so it keeps its own name.
    { mask: 0x0080, name: 'UPS_SB_INPUT_HIGH', alarm: 'vendor:input high' },
    { mask: 0x0100, name: 'UPS_SB_OUTPUT_HIGH', alarm: 'output-overload' },
    { mask: 0x0200, name: 'UPS_SB_INVERTER_FAILURE', alarm: 'inverter-failure' },
    { mask: 0x0400, name: 'UPS_SB_BATTERY_BAD', alarm: 'battery-bad' },
    { mask: 0x0800, name: 'UPS_SB_ECO_MODE', alarm: 'eco-mode' },
    { mask: 0x1000, name: 'UPS_SB_INVERTER_WARN', alarm: 'vendor:inverter warning' },
    { mask: 0x2000, name: 'UPS_SB_UPS_FAILED', alarm: 'general-fault' },
    { mask: 0x4000, name: 'UPS_SB_COMM_LOST', alarm: 'communications-lost' },
    { mask: 0x8000, name: 'UPS_SB_DVG_ALARM', alarm: 'vendor:SiteManager or SiteMonitor alarm' },
];

/** EverExceed inverters use four of these bits (CS141 manual, "Section: EverExceed Inverter"). */
export const EVEREXCEED_STATUS: readonly StatusBits[] = [0x0001, 0x0004, 0x0100, 0x2000].map((mask) =>
    UPS_STATUS.find((bit) => bit.mask === mask)!,
);

/** The inverter feeds the output: the UPS is in normal operation (CS141 manual, "UPSMAN Status Bytes"). */
export const OUTPUT_ACTIVE = 0x0004;
