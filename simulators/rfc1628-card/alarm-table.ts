import type { AlarmId } from '../../lib/core/status/alarms';

const WELL_KNOWN = '1.3.6.1.2.1.33.1.6.3';
/** Root for alarms without a number: net-snmp's OID for experiments. */
const UNNUMBERED = '1.3.6.1.4.1.8072.9999.9999.33';

/**
 * Last arc of upsWellKnownAlarms (RFC 1628 section 4, upsAlarm group), and of the maker's extensions (CS141 manual, "RFC 1628 MIB
 * Overview"). Defined here independently of lib, since the simulator is used to test the client.
 */
const NUMBERS: Partial<Record<AlarmId, number>> = {
    'battery-bad': 1,
    'on-battery': 2,
    'low-battery': 3,
    'depleted-battery': 4,
    'temp-bad': 5,
    'input-bad': 6,
    'output-bad': 7,
    'output-overload': 8,
    'on-bypass': 9,
    'bypass-bad': 10,
    'output-off-as-requested': 11,
    'ups-off-as-requested': 12,
    'charger-failed': 13,
    'ups-output-off': 14,
    'ups-system-off': 15,
    'fan-failure': 16,
    'fuse-failure': 17,
    'general-fault': 18,
    'diagnostic-test-failed': 19,
    'communications-lost': 20,
    'awaiting-power': 21,
    'shutdown-pending': 22,
    'shutdown-imminent': 23,
    'test-in-progress': 24,
    'battery-weak': 177,
    'generator-on': 178,
    'redundancy-lost': 179,
};

export interface AlarmRow {
    /** upsAlarmId: unique while the card runs. */
    id: number;
    alarm: AlarmId;
    /** upsAlarmDescr */
    oid: string;
    /** upsAlarmTime: sysUpTime at which it was added, 1/100 s. */
    time: number;
}

/** upsAlarmTable: one row for each present alarm, each with its own id. */
export class AlarmTable {
    readonly rows: AlarmRow[] = [];
    private lastId = 0;
    private readonly unnumbered = new Map<string, string>();

    /** Returns the new row, or undefined if the alarm is already present. */
    add(alarm: AlarmId, upTime: number): AlarmRow | undefined {
        if (this.rows.some((row) => row.alarm === alarm)) return undefined;
        const row = { id: ++this.lastId, alarm, oid: this.oidOf(alarm), time: upTime };
        this.rows.push(row);
        return row;
    }

    /** Returns the removed row, or undefined if there was none. */
    remove(alarm: AlarmId): AlarmRow | undefined {
        const index = this.rows.findIndex((row) => row.alarm === alarm);
        return index < 0 ? undefined : this.rows.splice(index, 1)[0];
    }

    private oidOf(alarm: AlarmId): string {
        const number = NUMBERS[alarm];
        if (number !== undefined) return `${WELL_KNOWN}.${number}`;
        const vendor = /^vendor:(\d+(?:\.\d+)+)$/.exec(alarm)?.[1];
        if (vendor) return vendor;
        const oid = this.unnumbered.get(alarm) ?? `${UNNUMBERED}.${this.unnumbered.size + 1}`;
        this.unnumbered.set(alarm, oid);
        return oid;
    }
}
