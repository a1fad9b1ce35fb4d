import { WELL_KNOWN_ALARMS, type AlarmId } from '../../../core/status/alarms';
import { makersAlarmNumber } from '../../snmp/alarms';
import { UPS } from './source';

const WELL_KNOWN = `${UPS}.6.3`;
/** Root for alarms without a number: net-snmp's OID for experiments. */
const UNNUMBERED = '1.3.6.1.4.1.8072.9999.9999.33';

/** Numbers of alarms beyond RFC 1628 (CS141 manual, "RFC 1628 MIB Overview"). */
const ADDED: Partial<Record<AlarmId, number>> = {
    'battery-weak': 177,
    'generator-on': 178,
    'redundancy-lost': 179,
    'battery-too-old': 180,
};

/**
 * Last arc of upsWellKnownAlarms: 1 to 24 (RFC 1628, section 4), 25 to 180 (the maker's additions, by the name that the device told). Undefined: the
 * alarm has none.
 */
export function alarmNumber(alarm: AlarmId): number | undefined {
    const wellKnown = (WELL_KNOWN_ALARMS as readonly string[]).indexOf(alarm);
    if (wellKnown >= 0) return wellKnown + 1;
    const [, name] = /^(?:vendor|state):(.+)$/.exec(alarm) ?? [];
    return ADDED[alarm] ?? (name === undefined ? undefined : makersAlarmNumber(name));
}

export interface AlarmRow {
    /** upsAlarmId: unique while the agent runs. */
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
        const oid = this.oidOf(alarm);
        if (this.rows.some((row) => row.alarm === alarm)) return undefined;
        const row = { id: ++this.lastId, alarm, oid, time: upTime };
        this.rows.push(row);
        return row;
    }

    /** Returns the removed row, or undefined if there was none. */
    remove(alarm: AlarmId): AlarmRow | undefined {
        const index = this.rows.findIndex((row) => row.alarm === alarm);
        return index < 0 ? undefined : this.rows.splice(index, 1)[0];
    }

    /** Only these alarms are present now. @returns whether rows came or went */
    follow(alarms: readonly AlarmId[], upTime: number): boolean {
        const gone = this.rows.filter(({ alarm }) => !alarms.includes(alarm));
        for (const { alarm } of gone) this.remove(alarm);
        const came = alarms.filter((alarm) => this.add(alarm, upTime));
        return gone.length + came.length > 0;
    }

    private oidOf(alarm: AlarmId): string {
        const number = alarmNumber(alarm);
        if (number !== undefined) return `${WELL_KNOWN}.${number}`;
        const vendor = /^vendor:(\d+(?:\.\d+)+)$/.exec(alarm)?.[1];
        if (vendor) return vendor;
        const oid = this.unnumbered.get(alarm) ?? `${UNNUMBERED}.${this.unnumbered.size + 1}`;
        this.unnumbered.set(alarm, oid);
        return oid;
    }
}
