import { WELL_KNOWN_ALARMS, type AlarmId } from '../../../core/status/alarms';
import { makersAlarmNumber } from '../../snmp/alarms';
import { AlarmRows } from '../alarm-rows';
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

/** upsAlarmTable */
export class AlarmTable extends AlarmRows<AlarmId> {
    constructor() {
        const unnumbered = new Map<string, string>();
        super((alarm) => {
            const number = alarmNumber(alarm);
            if (number !== undefined) return `${WELL_KNOWN}.${number}`;
            const vendor = /^vendor:(\d+(?:\.\d+)+)$/.exec(alarm)?.[1];
            if (vendor) return vendor;
            const oid = unnumbered.get(alarm) ?? `${UNNUMBERED}.${unnumbered.size + 1}`;
            unnumbered.set(alarm, oid);
            return oid;
        });
    }
}
