import { ObjectType } from 'net-snmp';
import { integer, oidOf, systemGroup, text, ticks } from '../shared/snmp/object-makers';
import type { ServedObject } from '../shared/snmp/object-tree';
import { controlGroup, configGroup, testGroup } from './command-objects';
import { round, setText, setting, UPS, type ObjectSource } from './object-makers';

/** Value that cards send for an unknown number; RFC 1628 defines none. */
const UNKNOWN_MINUTES = 65_535;

const BATTERY_STATUS = { unknown: 1, normal: 2, low: 3, depleted: 4 } as const;
const BATTERY_CONDITION = { good: 0, weak: 1, replace: 2 } as const;
const OUTPUT_SOURCE = { other: 1, none: 2, normal: 3, bypass: 4, battery: 5, booster: 6, reducer: 7 } as const;

/** All instances of RFC 1628's tree, unordered. Rows of tables follow the reading; alarm rows follow the alarm table. */
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
    ];
}

function identGroup(source: ObjectSource): ServedObject[] {
    const identity = () => source.reading().identity ?? {};
    return [
        text(`${UPS}.1.1.0`, () => identity().manufacturer ?? ''),
        text(`${UPS}.1.2.0`, () => identity().model ?? ''),
        text(`${UPS}.1.3.0`, () => identity().firmware ?? ''),
        text(`${UPS}.1.4.0`, () => source.agentVersion),
        text(`${UPS}.1.5.0`, () => identity().name ?? '', setText(source, 'upsIdentName')),
        text(
            `${UPS}.1.6.0`,
            () => String(setting(source, 'upsIdentAttachedDevices') ?? ''),
            setText(source, 'upsIdentAttachedDevices'),
        ),
    ];
}

function batteryGroup(source: ObjectSource): ServedObject[] {
    const battery = () => source.reading().battery ?? {};
    const standard = [
        integer(`${UPS}.2.1.0`, () => BATTERY_STATUS[battery().state ?? 'unknown']),
        integer(`${UPS}.2.2.0`, () => Math.floor(battery().secondsOnBattery ?? 0)),
        integer(`${UPS}.2.3.0`, () => Math.floor(battery().minutesRemaining ?? UNKNOWN_MINUTES)),
        integer(`${UPS}.2.4.0`, () => Math.floor(battery().chargePercent ?? 0)),
        integer(`${UPS}.2.5.0`, () => round(battery().voltage, 10)),
        integer(`${UPS}.2.6.0`, () => round(battery().current, 10)),
        integer(`${UPS}.2.7.0`, () => round(battery().temperature)),
    ];
    if (!source.extensions) return standard;
    const installed = () => (battery().installedOn ?? '').split('-').reverse().join('.');
    return [
        ...standard,
        integer(`${UPS}.2.8.0`, () => BATTERY_CONDITION[battery().condition ?? 'good']),
        text(`${UPS}.2.9.0`, installed),
    ];
}

function inputGroup({ reading }: ObjectSource): ServedObject[] {
    const lines = () => reading().input?.lines ?? [];
    const rows = lines().flatMap((_, index) => {
        const line = () => lines()[index] ?? {};
        return [
            integer(`${UPS}.3.3.1.2.${index + 1}`, () => round(line().frequency, 10)),
            integer(`${UPS}.3.3.1.3.${index + 1}`, () => round(line().voltage)),
            integer(`${UPS}.3.3.1.4.${index + 1}`, () => round(line().current, 10)),
            integer(`${UPS}.3.3.1.5.${index + 1}`, () => round(line().power)),
        ];
    });
    const lineBads = () => round(reading().input?.lineBads);
    return [
        { oid: `${UPS}.3.1.0`, type: ObjectType.Counter, value: lineBads },
        integer(`${UPS}.3.2.0`, () => lines().length),
        ...rows,
    ];
}

function outputGroup({ reading, extensions }: ObjectSource): ServedObject[] {
    const output = () => reading().output ?? { lines: [] };
    const rows = output().lines.flatMap((_, index) => {
        const line = () => output().lines[index] ?? {};
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
        integer(`${UPS}.4.1.0`, () => OUTPUT_SOURCE[output().source ?? 'other']),
        integer(`${UPS}.4.2.0`, () => round(output().frequency, 10)),
        integer(`${UPS}.4.3.0`, () => output().lines.length),
        ...rows,
        ...(extensions ? [integer(`${UPS}.4.5.0`, () => round(output().energy, 100))] : []),
    ];
}

function bypassGroup({ reading }: ObjectSource): ServedObject[] {
    const bypass = () => reading().bypass ?? { lines: [] };
    const rows = bypass().lines.flatMap((_, index) => {
        const line = () => bypass().lines[index] ?? {};
        return [
            integer(`${UPS}.5.3.1.2.${index + 1}`, () => round(line().voltage)),
            integer(`${UPS}.5.3.1.3.${index + 1}`, () => round(line().current, 10)),
            integer(`${UPS}.5.3.1.4.${index + 1}`, () => round(line().power)),
        ];
    });
    return [
        integer(`${UPS}.5.1.0`, () => round(bypass().frequency, 10)),
        integer(`${UPS}.5.2.0`, () => bypass().lines.length),
        ...rows,
    ];
}

function alarmGroup({ alarms }: ObjectSource): ServedObject[] {
    return [
        { oid: `${UPS}.6.1.0`, type: ObjectType.Gauge, value: () => alarms.length },
        ...alarms.flatMap((row) => [
            oidOf(`${UPS}.6.2.1.2.${row.id}`, () => row.oid),
            ticks(`${UPS}.6.2.1.3.${row.id}`, () => row.time),
        ]),
    ];
}
