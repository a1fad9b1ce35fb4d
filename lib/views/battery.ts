import { batteriesOf } from '../core/batteries/battery-config';
import { BatterySource, type BatteryPlate } from '../core/batteries/battery-source';
import type { BatteryView } from '../core/batteries/battery-view';
import { gxPortName } from '../core/batteries/gx-port';
import { LIMIT_KINDS, placedLimits, type LimitKind } from '../core/batteries/limits';
import { BLOCK_QUANTITIES, BLOCK_UNITS, type BlockQuantity, type Values } from '../core/batteries/model';
import { meanOf, medianOf } from '../core/batteries/statistics';
import type { RunawayView } from '../core/batteries/runaway/view';
import { INDICATOR_COLOURS, type IndicatorState } from '../core/status/indicator';
import { batteryBlocksView } from './battery-blocks';
import type {
    BatteryStateView,
    BatteryTile,
    BlockColumn,
    BlockLimit,
    BlockValue,
    GxPortView,
    RunawayStringView,
} from './battery-view';
import type { ViewedFlow, ViewedSite } from './facts';
import { byWorst } from './severity';
import { sourceIndicator } from './source-indicator';
import { stateSince } from './state-since';
import { withoutUnknown } from './unit-tile';

/** As exact as pages show them: what trembles behind that is no change. Digits after the point. */
const DIGITS: Readonly<Record<BlockQuantity, number>> = {
    voltage: 3,
    temperature: 1,
    impedance: 2,
    charge: 1,
    equalizing: 0,
};

/** All batteries of many blocks, the worst first. */
export function batteryTiles(flow: ViewedFlow): BatteryTile[] {
    return flow.registry
        .sources()
        .flatMap((source) => (source instanceof BatterySource ? [tile(source, siteOf(flow, source.id))] : []))
        .sort(byWorst);
}

/** Undefined: there is no such battery. */
export function batteryState(flow: ViewedFlow, id: string): BatteryStateView | undefined {
    const battery = batteryIn(flow, id);
    if (!battery) return undefined;
    const { config, parts, clock } = battery;
    const { blocks: _, strings, ...head } = batteryBlocksView(battery, NONE);
    const { layout, blocks } = battery.view();
    const { siteId, state, colour } = tile(battery, siteOf(flow, id));
    const counter = parts?.counter.state();
    return withoutUnknown<BatteryStateView>({
        ...head,
        siteId,
        state,
        colour,
        since: stateSince(state, battery.activeEvents()),
        ageSeconds: realSeconds(head.ageSeconds, clock.speed),
        staleSeconds: config.valuesStaleSeconds,
        speed: clock.speed,
        perString: layout?.perString ?? 0,
        batteries: layout && config.twoJars ? batteriesOf(config, layout.modules) : undefined,
        plate: plateOf(battery),
        pause: pauseOf(battery),
        strings: strings.map((string) =>
            withoutUnknown<BatteryStateView['strings'][number]>({
                key: String(string.string),
                ...string,
                target: head.discharging ? undefined : targetOf(battery.view(), string.string),
            }),
        ),
        levels: levelsOf(head.events),
        limits: limitsOf(battery),
        voltageDifference: config.limits.voltageDifference?.warning?.high?.value,
        ports: [...portsOf('input', battery.view()), ...portsOf('output', battery.view())],
        extremes: extremesOf(blocks),
        runaway: (parts?.runaway?.views() ?? []).filter(({ phase }) => phase !== 'off').map(runawayOf(clock.speed)),
        counter: counter && {
            count: counter.count,
            since: counter.since,
            ...(counter.by !== undefined && { by: counter.by }),
            ...(config.dischargeLimit && { limit: config.dischargeLimit }),
            ah: round(counter.total.ah, 1),
            kWh: round(counter.total.kWh, 2),
        },
        baseline: baselineOf(battery),
    });
}

/** One quantity of all blocks; undefined: there is no such battery. */
export function blockColumn(flow: ViewedFlow, id: string, quantity: BlockQuantity): BlockColumn | undefined {
    const battery = batteryIn(flow, id);
    if (!battery) return undefined;
    const values: Record<string, number> = {};
    battery.view().blocks[quantity]?.forEach((value, index) => {
        if (!Number.isNaN(value)) values[String(index + 1)] = round(value, DIGITS[quantity]);
    });
    return { unit: BLOCK_UNITS[quantity], values };
}

/** Undefined: there is none with this id. */
export function batteryIn(flow: ViewedFlow, id: string): BatterySource | undefined {
    const source = flow.registry.source(id);
    return source instanceof BatterySource ? source : undefined;
}

const NONE: ReadonlySet<number> = new Set();

function siteOf(flow: ViewedFlow, id: string): ViewedSite | undefined {
    const member = flow.registry.byId(id);
    return member?.kind === 'source' ? member.site : undefined;
}

function tile(battery: BatterySource, site: ViewedSite | undefined): BatteryTile {
    const state: IndicatorState = site?.watching ? 'disabled' : sourceIndicator(battery);
    const { layout } = battery.view();
    return withoutUnknown<BatteryTile>({
        id: battery.id,
        name: battery.name,
        siteId: site?.id,
        state,
        colour: INDICATOR_COLOURS[state],
        modules: layout?.modules ?? 0,
        strings: layout?.strings ?? 0,
    });
}

/** The most serious events come first. */
function levelsOf(events: BatteryStateView['events']): BatteryStateView['levels'] {
    const levels: BatteryStateView['levels'] = {};
    for (const { level, detail } of events)
        if (level !== 'info') for (const module of detail?.modules ?? []) levels[String(module)] ??= level;
    return levels;
}

const JUDGES: Partial<Record<LimitKind, BlockQuantity>> = {
    voltage: 'voltage',
    temperature: 'temperature',
    impedanceStatic: 'impedance',
    impedanceDynamic: 'impedance',
    moduleCharge: 'charge',
};

/** Of several on one side and level the one that is met first. A limit against an average that nobody knows is left out. */
function limitsOf(battery: BatterySource): BatteryStateView['limits'] {
    const found: Partial<Record<BlockQuantity, BlockLimit[]>> = {};
    const mean = meanOf(battery.view().blocks.impedance);
    for (const { kind, level, side, limit } of placedLimits(battery.config.limits)) {
        const quantity = JUDGES[kind];
        if (!quantity) continue;
        const relative = LIMIT_KINDS[kind].unit !== BLOCK_UNITS[quantity];
        if (relative && mean === undefined) continue;
        const value = round(relative ? mean! * (1 + limit.value / 100) : limit.value, DIGITS[quantity]);
        const all = (found[quantity] ??= []);
        const same = all.find((each) => each.level === level && each.side === side);
        if (!same) all.push({ level, side, value });
        else same.value = side === 'low' ? Math.max(same.value, value) : Math.min(same.value, value);
    }
    return found;
}

/** The charger aims at one voltage for all blocks of a string: most of them have it. */
function targetOf({ layout, blocks }: BatteryView, string: number): number | undefined {
    if (!layout) return undefined;
    const from = (string - 1) * layout.perString;
    const median = medianOf(blocks.voltage?.slice(from, from + layout.perString));
    return median === undefined ? undefined : round(median, DIGITS.voltage);
}

function portsOf(kind: GxPortView['kind'], { inputs, outputs, settings }: BatteryView): GxPortView[] {
    const names = kind === 'input' ? settings.inputNames : settings.outputNames;
    return (kind === 'input' ? inputs : outputs).flatMap((on, index) => {
        if (on === undefined) return [];
        const port = gxPortName(index);
        const name = names?.[index];
        return [{ key: `${kind} ${port}`, kind, port, ...(name && { name }), on }];
    });
}

function extremesOf(blocks: Partial<Record<BlockQuantity, Values>>): BatteryStateView['extremes'] {
    const found: BatteryStateView['extremes'] = {};
    for (const quantity of BLOCK_QUANTITIES) {
        let low: BlockValue | undefined;
        let high: BlockValue | undefined;
        blocks[quantity]?.forEach((exact, index) => {
            if (Number.isNaN(exact)) return;
            const block = { module: index + 1, value: round(exact, DIGITS[quantity]) };
            if (!low || block.value < low.value) low = block;
            if (!high || block.value > high.value) high = block;
        });
        if (low && high) found[quantity] = { low, high };
    }
    return found;
}

const runawayOf =
    (speed: number) =>
    ({ string, phase, held, stoppedBy, since, remainingMs, reasons }: RunawayView): RunawayStringView => {
        const seconds = remainingMs === undefined ? undefined : remainingMs / 1000 / speed;
        return withoutUnknown<RunawayStringView>({
            key: String(string),
            string,
            phase,
            held,
            stoppedBy,
            since,
            inSeconds: held ? undefined : seconds,
            heldSeconds: held && seconds,
            reasons,
        });
    };

function baselineOf({ baseline }: BatterySource): BatteryStateView['baseline'] {
    const times = (baseline?.blocks ?? []).flatMap((block) => (block ? [block.at] : []));
    if (times.length === 0) return undefined;
    return { blocks: times.length, oldest: Math.min(...times), newest: Math.max(...times) };
}

/** What was entered; undefined: nothing. */
function plateOf({ plate = {} as BatteryPlate }: BatterySource): BatteryStateView['plate'] {
    const entered = Object.entries(plate).filter(([, text]) => text !== '');
    return entered.length > 0 ? Object.fromEntries(entered) : undefined;
}

function pauseOf({ parts, clock }: BatterySource): BatteryStateView['pause'] {
    const pause = parts?.pause?.view();
    if (!pause || pause.phase === 'off') return undefined;
    const { phase, by, hours, remainingMs } = pause;
    const inSeconds = remainingMs === undefined ? undefined : remainingMs / 1000 / clock.speed;
    return withoutUnknown<NonNullable<BatteryStateView['pause']>>({ phase, by, hours, inSeconds });
}

/** An age is of this machine's time, whatever the clock of the battery does. */
function realSeconds(seconds: number | undefined, speed: number): number | undefined {
    return seconds === undefined ? undefined : seconds / speed;
}

function round(value: number, digits: number): number {
    const scale = 10 ** digits;
    return Math.round(value * scale) / scale;
}
