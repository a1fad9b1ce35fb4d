import { servedBatteryState, servedOutputSource } from '../../../core/served/served-state';
import type { ServedUps } from '../../../core/served/served-ups';
import type { Battery } from '../../../core/status/status';
import { counter, gauge, integer, oidOf, systemGroup, text, ticks } from '../object-makers';
import type { ServedObject } from '../object-tree';
import { makersObjects, makersShapeOf } from './makers-objects';
import { controlGroup, configGroup, testGroup } from './command-objects';
import { round, setText, setting, UPS, type ObjectSource } from './source';

const BATTERY_STATUS = { unknown: 1, normal: 2, low: 3, depleted: 4 } as const;
const BATTERY_CONDITION = { good: 0, weak: 1, replace: 2 } as const;
const OUTPUT_SOURCE = { other: 1, none: 2, normal: 3, bypass: 4, battery: 5, booster: 6, reducer: 7 } as const;

/**
 * All instances of the UPS-MIB (RFC 1628, section 4; the maker's additions: CS141 manual, "RFC 1628 MIB Overview"), unordered. Rows of tables are those
 * of the UPS at the moment of the call.
 */
export function servedObjects(source: ObjectSource): ServedObject[] {
    return [
        ...systemGroup(source.system, source.upTime),
        ...identGroup(source),
        ...batteryGroup(source),
        ...inputGroup(source),
        ...outputGroup(source),
        ...bypassGroup(source),
        ...alarmGroup(source),
        ...testGroup(source),
        ...controlGroup(source),
        ...configGroup(source),
        ...(source.parts ? makersObjects(source) : []),
    ];
}

/** Of two moments with the same shape the same instances exist. */
export function shapeOf(ups: ServedUps): string {
    const { status } = ups;
    const lines = [status?.input, status?.output, status?.bypass].map((group) => group?.lines.length ?? 0);
    return [...lines, makersShapeOf(ups)].join();
}

function identGroup(source: ObjectSource): ServedObject[] {
    const { served } = source;
    const standard = [
        text(`${UPS}.1.1.0`, () => served().identity.manufacturer),
        text(`${UPS}.1.2.0`, () => served().identity.model),
        text(`${UPS}.1.3.0`, () => served().identity.firmware),
        text(`${UPS}.1.4.0`, () => source.agentVersion),
        text(
            `${UPS}.1.5.0`,
            () => served().identity.name ?? (served().name || undefined),
            setText(source, 'upsIdentName'),
        ),
        text(
            `${UPS}.1.6.0`,
            () => {
                const devices = setting(source, 'upsIdentAttachedDevices');
                return devices === undefined ? undefined : String(devices);
            },
            setText(source, 'upsIdentAttachedDevices'),
        ),
    ];
    if (!source.extensions) return standard;
    return [
        ...standard,
        text(`${UPS}.1.7.0`, () => served().identity.serial),
        text(`${UPS}.1.8.0`, () => served().site.location),
        text(`${UPS}.1.9.0`, () => served().site.contact),
    ];
}

function batteryGroup({ served, extensions, parts }: ObjectSource): ServedObject[] {
    const battery = () => served().status?.battery;
    const whole = (value: number | undefined) => (value === undefined ? undefined : Math.floor(value + 1e-9));
    const standard = [
        integer(`${UPS}.2.1.0`, () => batteryStatus(served())),
        integer(`${UPS}.2.2.0`, () => whole(served().secondsOnBattery)),
        integer(`${UPS}.2.3.0`, () => {
            const { remainingSeconds } = served();
            return remainingSeconds === undefined ? undefined : whole(remainingSeconds / 60);
        }),
        integer(`${UPS}.2.4.0`, () => whole(served().chargePercent)),
        integer(`${UPS}.2.5.0`, () => round(battery()?.voltage, 10)),
        integer(`${UPS}.2.6.0`, () => round(battery()?.current, 10)),
        integer(`${UPS}.2.7.0`, () => round(battery()?.temperature)),
    ];
    if (!extensions) return standard;
    return [
        ...standard,
        integer(`${UPS}.2.8.0`, () => {
            const condition = battery()?.condition;
            return condition && BATTERY_CONDITION[condition];
        }),
        text(`${UPS}.2.9.0`, () => battery()?.installedOn?.split('-').reverse().join('.')),
        ...(parts ? halves(battery) : []),
    ];
}

/** In 0.1 V, as upsBatteryVoltage [inferred: the unit is not printed]. Of the two currents (2.12, 2.13) no device tells us anything. */
function halves(battery: () => Battery | undefined): ServedObject[] {
    return [
        integer(`${UPS}.2.10.0`, () => round(battery()?.positiveVoltage, 10)),
        integer(`${UPS}.2.11.0`, () => round(battery()?.negativeVoltage, 10)),
    ];
}

function batteryStatus(ups: ServedUps): number | undefined {
    const state = servedBatteryState(ups);
    return state && BATTERY_STATUS[state];
}

function inputGroup({ served }: ObjectSource): ServedObject[] {
    const input = () => served().status?.input;
    const rows = (input()?.lines ?? []).flatMap((_, index) => {
        const line = () => input()?.lines[index] ?? {};
        return [
            integer(`${UPS}.3.3.1.2.${index + 1}`, () => round(line().frequency, 10)),
            integer(`${UPS}.3.3.1.3.${index + 1}`, () => round(line().voltage)),
            integer(`${UPS}.3.3.1.4.${index + 1}`, () => round(line().current, 10)),
            integer(`${UPS}.3.3.1.5.${index + 1}`, () => round(line().power)),
        ];
    });
    return [
        counter(`${UPS}.3.1.0`, () => round(input()?.lineBads)),
        integer(`${UPS}.3.2.0`, () => input()?.lines.length),
        ...rows,
    ];
}

function outputGroup({ served, extensions }: ObjectSource): ServedObject[] {
    const output = () => served().status?.output;
    const rows = (output()?.lines ?? []).flatMap((_, index) => {
        const line = () => output()?.lines[index] ?? {};
        const columns = [
            integer(`${UPS}.4.4.1.2.${index + 1}`, () => round(line().voltage)),
            integer(`${UPS}.4.4.1.3.${index + 1}`, () => round(line().current, 10)),
            integer(`${UPS}.4.4.1.4.${index + 1}`, () => round(line().power)),
            integer(`${UPS}.4.4.1.5.${index + 1}`, () => round(line().load)),
        ];
        if (extensions) columns.push(integer(`${UPS}.4.4.1.6.${index + 1}`, () => round(line().apparentPower)));
        return columns;
    });
    return [
        integer(`${UPS}.4.1.0`, () => {
            const source = servedOutputSource(served());
            return source && OUTPUT_SOURCE[source];
        }),
        integer(`${UPS}.4.2.0`, () => round(output()?.frequency, 10)),
        integer(`${UPS}.4.3.0`, () => output()?.lines.length),
        ...rows,
        ...(extensions ? [integer(`${UPS}.4.5.0`, () => round(output()?.energy, 100))] : []),
    ];
}

function bypassGroup({ served }: ObjectSource): ServedObject[] {
    const bypass = () => served().status?.bypass;
    const rows = (bypass()?.lines ?? []).flatMap((_, index) => {
        const line = () => bypass()?.lines[index] ?? {};
        return [
            integer(`${UPS}.5.3.1.2.${index + 1}`, () => round(line().voltage)),
            integer(`${UPS}.5.3.1.3.${index + 1}`, () => round(line().current, 10)),
            integer(`${UPS}.5.3.1.4.${index + 1}`, () => round(line().power)),
        ];
    });
    return [
        integer(`${UPS}.5.1.0`, () => round(bypass()?.frequency, 10)),
        integer(`${UPS}.5.2.0`, () => bypass()?.lines.length),
        ...rows,
    ];
}

function alarmGroup({ served, alarms }: ObjectSource): ServedObject[] {
    return [
        // Before the first reading nobody knows; in silence there is at least that the communication is lost.
        gauge(`${UPS}.6.1.0`, () =>
            served().knowledge === 'none' && alarms().length === 0 ? undefined : alarms().length,
        ),
        ...alarms().flatMap((row) => [
            oidOf(`${UPS}.6.2.1.2.${row.id}`, () => row.oid),
            ticks(`${UPS}.6.2.1.3.${row.id}`, () => row.time),
        ]),
    ];
}
