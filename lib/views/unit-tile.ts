import { INDICATOR_COLOURS, type IndicatorState } from '../core/status/indicator';
import { isDcSupply } from '../core/status/channels';
import type { UpsStatus } from '../core/status/status';
import { POLLS_TO_WAIT } from '../core/unit/device-path';
import { unitIndicator } from '../core/unit/unit-indicator';
import type { UpsUnit } from '../core/unit/ups-unit';
import type { ViewedUnit } from './facts';
import { stateSince } from './state-since';
import type { Presumed, TileChannel, UnitTile } from './state-view';

/** Of a tile. */
const MOST_CHANNELS = 3;

/** A UPS in brief. @param failures failures of jobs for its events that nobody has acknowledged */
export function unitTile({ unit, site }: ViewedUnit, failures = 0): UnitTile {
    const status = unit.status();
    const state: IndicatorState = site?.watching ? 'disabled' : unitIndicator(unit);
    const active = unit.activeEvents();
    const outage = unit.stateOf('power-fail');
    const presumed = presumedBecause(unit);
    const age = unit.ageSeconds;
    const { speed } = unit.clock;
    const tile: UnitTile = {
        id: unit.id,
        name: unit.name,
        siteId: site?.id,
        state,
        colour: INDICATOR_COLOURS[state],
        since: stateSince(state, active),
        source: status?.output.source,
        charge: status?.battery.chargePercent ?? status?.derived.chargePercent,
        runtimeSeconds: unit.remainingSeconds('device'),
        estimatedSeconds: unit.remainingSeconds('derived'),
        load: status && loadOf(status),
        watts: status && wattsOf(status),
        ...(status && isDcSupply(status) && dcOf(status)),
        secondsOnBattery: outage.active ? unit.secondsOnBattery() : status?.derived.secondsOnBattery,
        onBatterySince: active.find(({ id }) => id === 'power-fail')?.since,
        ageSeconds: age === undefined ? undefined : age / speed,
        staleSeconds: staleSecondsOf(unit),
        stale: status !== undefined && (unit.isSilent || (age ?? 0) / speed > staleSecondsOf(unit)),
        presumed,
        presumedSeconds: presumed && age,
        ...(outage.active && unit.isSilent && outage.held && { held: true as const }),
        dryRun: site?.dryRun ?? false,
        alarms: active.filter(({ level }) => level === 'alarm').length,
        warnings: active.filter(({ level }) => level === 'warning').length,
        failures,
        speed,
    };
    return withoutUnknown(tile);
}

/** An unknown value is absent, in the object as in its JSON. */
export function withoutUnknown<T extends object>(view: T): T {
    return Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined)) as T;
}

function presumedBecause(unit: UpsUnit): Presumed | undefined {
    const outage = unit.stateOf('power-fail');
    if (!outage.active) return undefined;
    if (!outage.confirmed) return 'restart';
    return unit.isSilent ? 'silent' : undefined;
}

/** Real seconds. A UPS that is polled more rarely than its setting says may miss one poll. */
function staleSecondsOf(unit: UpsUnit): number {
    const { intervalMs = 0 } = unit.pathViews.find(({ leads }) => leads) ?? {};
    return Math.max(unit.config.staleSeconds, (POLLS_TO_WAIT * intervalMs) / 1000 / unit.clock.speed);
}

/** Percent, of the most loaded phase. */
function loadOf({ output }: UpsStatus): number | undefined {
    const loads = output.lines.map(({ load }) => load).filter((load) => load !== undefined);
    return loads.length > 0 ? Math.max(...loads) : undefined;
}

function dcOf(status: UpsStatus): Pick<UnitTile, 'dcSupply' | 'dcVolts' | 'dcAmps' | 'channels'> {
    const { dc, battery } = status;
    const tells = [dc?.outputVoltage, battery.chargePercent].some((value) => value !== undefined);
    const channels = tells ? undefined : firstChannels(status);
    return { dcSupply: true, dcVolts: dc?.outputVoltage, dcAmps: dc?.outputCurrent, channels };
}

/** Those that are measured, and then those that tell a state, in the order of the device. */
function firstChannels({ channels = {} }: UpsStatus): TileChannel[] | undefined {
    const all = Object.entries(channels).map(([name, channel]): TileChannel => ({ ...channel, name }));
    const measured = all.filter(({ value }) => value !== undefined);
    const others = all.filter(({ value }) => value === undefined);
    return all.length > 0 ? [...measured, ...others].slice(0, MOST_CHANNELS) : undefined;
}

/** Unknown if the power of any phase is: a part of the sum would be too low. */
function wattsOf({ output: { lines } }: UpsStatus): number | undefined {
    const watts = lines.map(({ power }) => power).filter((power) => power !== undefined);
    return watts.length > 0 && watts.length === lines.length ? watts.reduce((sum, each) => sum + each, 0) : undefined;
}
