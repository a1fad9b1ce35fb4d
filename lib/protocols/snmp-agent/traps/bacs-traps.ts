import { BATTERY_EVENTS } from '../../../core/batteries/events';
import type { CardState } from '../../../core/batteries/model';
import { ALARM_COLUMNS, TRAP_ADDED, TRAP_REMOVED } from '../../bacs/oids';
import type { Notification } from '../../snmp/notify/notification';
import type { AlarmRow } from '../alarm-rows';

/** bacsTrapAlarmEntryAdded, bacsTrapAlarmEntryRemoved. What they carry is not printed: the objects of RFC 1628's alarm traps are taken, of this table [inferred]. */
export function bacsAlarmTrap(isAdded: boolean, { id, oid }: Pick<AlarmRow, 'id' | 'oid'>): Notification {
    return {
        trap: isAdded ? 3 : 4,
        oid: isAdded ? TRAP_ADDED : TRAP_REMOVED,
        about: oid,
        varbinds: [
            { oid: `${ALARM_COLUMNS.id}.${id}`, type: 'integer', value: id },
            { oid: `${ALARM_COLUMNS.descr}.${id}`, type: 'oid', value: oid },
        ],
    };
}

/** The traps for the changes of bacsAlarmTable. A warning sends no trap (CS141 manual, "The BACS STATUS Screen"). */
export function bacsTraps(changes: {
    came: readonly AlarmRow<CardState>[];
    gone: readonly AlarmRow<CardState>[];
}): Notification[] {
    const sends = ({ alarm }: AlarmRow<CardState>) => BATTERY_EVENTS[alarm]?.level !== 'warning';
    return [
        ...changes.gone.filter(sends).map((row) => bacsAlarmTrap(false, row)),
        ...changes.came.filter(sends).map((row) => bacsAlarmTrap(true, row)),
    ];
}
