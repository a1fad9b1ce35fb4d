import type { CardState } from '../../lib/core/batteries/model';
import { BATTERY_EVENTS } from '../../lib/core/batteries/events';
import { alarmOf } from '../../lib/protocols/bacs/oids';

export interface BatteryAlarm {
    /** bacsAlarmId: unique while the card runs. */
    id: number;
    state: CardState;
    /** bacsAlarmDescr */
    oid: string;
    /** bacsAlarmTime: sysUpTime at which it came, 1/100 s. */
    time: number;
}

/** bacsAlarmTable: a row for each state that has a well-known alarm. */
export class BatteryAlarms {
    readonly rows: BatteryAlarm[] = [];
    private lastId = 0;

    /** @returns the row that came or went; undefined: the state has no alarm, or nothing changes */
    change(state: CardState, on: boolean, upTime: number): BatteryAlarm | undefined {
        const at = this.rows.findIndex((row) => row.state === state);
        if (!on) return at < 0 ? undefined : this.rows.splice(at, 1)[0];
        const oid = alarmOf(state);
        if (at >= 0 || oid === undefined) return undefined;
        const row = { id: ++this.lastId, state, oid, time: upTime };
        this.rows.push(row);
        return row;
    }
}

/** A warning sends no trap (CS141 manual, "The BACS STATUS Screen"). */
export function sendsTrap(state: CardState): boolean {
    return BATTERY_EVENTS[state]?.level !== 'warning';
}
