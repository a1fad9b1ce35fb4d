import type { Clock } from '../../../core/clock';
import type { ServedUps } from '../../../core/served/served-ups';
import { UNKNOWN_MINUTES } from '../../../core/snmp/notify';
import type { AlarmId } from '../../../core/status/alarms';
import type { TestResult } from '../../../core/status/status';
import { ON_BATTERY_EVERY_MS, type Notification, type NotifyVarbind } from '../../snmp/notify/notification';
import type { AlarmRow } from '../alarm-rows';
import type { WireValue } from '../object-tree';
import { UPS } from '../ups-mib/source';

/** The value of a served instance now; undefined: not known. */
export type ReadObject = (oid: string) => WireValue | undefined;

/** What has to outlive the process. */
export interface KeptTraps {
    /** When upsTrapOnBattery was sent last in the outage that is on, epoch ms. */
    onBatteryAt?: number;
    /** The last result of a test that is known. */
    result?: TestResult;
}

const ALARM_ENTRY = `${UPS}.6.2.1`;
const NAME = `${UPS}.1.5.0`;
const QUICK_TEST = `${UPS}.7.7.4`;
/** upsConfigLowBattTime of a UPS that tells none, min; as `ups-trap` has it. */
const LOW_MINUTES = 2;
const LARGEST = 2 ** 31 - 1;
const COMPLETED: ReadonlySet<TestResult> = new Set(['passed', 'warning', 'failed', 'aborted']);

/**
 * The traps of a UPS (RFC 1628, section 4, upsTraps), by what the agent serves: a manager that asks after a trap reads the same values. An alarm entry of battery
 * operation and of a test is not told when it comes, one of a test neither when it goes.
 */
export class UpsTraps {
    private state: KeptTraps = {};
    /** When upsTrapOnBattery is due next, monotonic ms. */
    private dueAt: number | undefined;

    constructor(private readonly clock: Pick<Clock, 'now' | 'monotonic'>) {}

    /** What has to be told now. */
    step(
        { onBattery, status }: ServedUps,
        changes: { came: readonly AlarmRow<AlarmId>[]; gone: readonly AlarmRow<AlarmId>[] },
        read: ReadObject,
    ): Notification[] {
        const told: Notification[] = [];
        for (const row of changes.gone) if (row.alarm !== 'test-in-progress') told.push(alarmTrap(4, row));
        if (this.isDue(onBattery)) told.push(onBatteryTrap(read));
        for (const row of changes.came)
            if (row.alarm !== 'on-battery' && row.alarm !== 'test-in-progress') told.push(alarmTrap(3, row));
        if (this.hasCompleted(status?.test.result)) told.push(testTrap(read));
        return told.map((each) => withName(each, read));
    }

    kept(): KeptTraps {
        return { ...this.state };
    }

    restore(kept: unknown): void {
        const { onBatteryAt, result } = (kept ?? {}) as KeptTraps;
        this.state = { ...(onBatteryAt !== undefined && { onBatteryAt }), ...(result && { result }) };
        this.dueAt = undefined;
        if (onBatteryAt === undefined) return;
        // The wall clock may have jumped meanwhile.
        const left = Math.max(0, Math.min(ON_BATTERY_EVERY_MS, onBatteryAt + ON_BATTERY_EVERY_MS - this.clock.now()));
        this.dueAt = this.clock.monotonic() + left;
    }

    private isDue(onBattery: boolean | undefined): boolean {
        if (onBattery === undefined) return false;
        if (!onBattery) {
            this.dueAt = undefined;
            delete this.state.onBatteryAt;
            return false;
        }
        const now = this.clock.monotonic();
        if (this.dueAt !== undefined && now < this.dueAt) return false;
        // The rhythm does not drift by the delay of each step.
        const since = this.dueAt === undefined || now - this.dueAt > ON_BATTERY_EVERY_MS ? now : this.dueAt;
        this.dueAt = since + ON_BATTERY_EVERY_MS;
        this.state.onBatteryAt = this.clock.now();
        return true;
    }

    /** The result in the first reading is old. */
    private hasCompleted(result: TestResult | undefined): boolean {
        if (result === undefined) return false;
        const before = this.state.result;
        this.state.result = result;
        return before !== undefined && before !== result && COMPLETED.has(result);
    }
}

/** upsTrapAlarmEntryAdded, upsTrapAlarmEntryRemoved. */
export function alarmTrap(trap: 3 | 4, { id, oid }: Pick<AlarmRow, 'id' | 'oid'>): Notification {
    return {
        trap,
        about: oid,
        varbinds: [
            { oid: `${ALARM_ENTRY}.1.${id}`, type: 'integer', value: id },
            { oid: `${ALARM_ENTRY}.2.${id}`, type: 'oid', value: oid },
        ],
    };
}

/** Contains all objects of the trap in the order of the MIB: some receivers rely on positions (RFC 3416, section 4.2.6). */
export function onBatteryTrap(read: ReadObject): Notification {
    return {
        trap: 1,
        about: 'on battery',
        varbinds: [
            number(`${UPS}.2.3.0`, read, UNKNOWN_MINUTES),
            number(`${UPS}.2.2.0`, read, 0),
            number(`${UPS}.9.7.0`, read, LOW_MINUTES),
        ],
    };
}

export function testTrap(read: ReadObject): Notification {
    return {
        trap: 2,
        about: 'test',
        varbinds: [
            // A test that nobody has started here: the quick one is the usual one [inferred].
            { oid: `${UPS}.7.1.0`, type: 'oid', value: testId(read(`${UPS}.7.1.0`)) },
            number(`${UPS}.7.2.0`, read, 0),
            number(`${UPS}.7.3.0`, read, 6),
            { oid: `${UPS}.7.4.0`, type: 'text', value: String(read(`${UPS}.7.4.0`) ?? '') },
            { ...number(`${UPS}.7.5.0`, read, 0), type: 'ticks' },
            number(`${UPS}.7.6.0`, read, 0),
        ],
    };
}

/** Behind the objects of the trap stands whose it is: an agent may serve several UPSs. */
export function withName(notification: Notification, read: ReadObject): Notification {
    const name = read(NAME);
    if (name === undefined) return notification;
    return { ...notification, varbinds: [...notification.varbinds, { oid: NAME, type: 'text', value: String(name) }] };
}

function testId(told: WireValue | undefined): string {
    return told === undefined || told === `${UPS}.7.7.1` ? QUICK_TEST : String(told);
}

function number(oid: string, read: ReadObject, otherwise: number): NotifyVarbind {
    const told = read(oid);
    // -1 stands for "not known" where that is chosen.
    const value = typeof told === 'number' && told >= 0 ? told : otherwise;
    return { oid, type: 'integer', value: Math.min(LARGEST, Math.round(value)) };
}
