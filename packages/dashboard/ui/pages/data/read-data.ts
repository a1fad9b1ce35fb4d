import { computed, onUnmounted, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import { inSiteUnit, type TemperatureUnit } from '../../../../../lib/core/units/temperature';
import type { SeriesInfo } from '../../../../../lib/store/series';
import type { EpisodeView } from '../../../../../lib/store/episode-query';
import { eventName } from '../../lib/event-name';
import type { Query } from '../../lib/api';
import type { Page } from '../../lib/page';
import type { Mark } from './chart';
import { align, decodeTable, withRecording, type Aligned, type Column, type Table, type Values } from './tables';
import type { TimeRange } from './time-range';

export type Info = SeriesInfo & { siteId: string };

const MOST_POINTS = 10_000;
const FEWEST_POINTS = 1000;
/** Where no more than this is shown, outages are shown as closely as they were recorded. */
export const RECORDING_MS = 6 * 3_600_000;
/** No interval of samples is longer: sensors may be sampled once an hour. */
const NEIGHBOUR_MS = 61 * 60_000;
const MOST_MARKS = 300;

/** How many points a chart asks for: more than it has pixels, and fewer for each line where there are many. */
export function pointsFor(lines: number): number {
    return Math.max(FEWEST_POINTS, Math.min(MOST_POINTS, Math.floor(60_000 / Math.max(1, lines))));
}

export interface Wanted {
    owners: readonly string[];
    /** Of each owner those that it has. */
    quantities: readonly string[];
    range: TimeRange;
    /** The end of what there can be: while it goes on, there is something new to read. */
    until: number;
}

export interface DataReading {
    readonly aligned: ShallowRef<Aligned>;
    readonly marks: ShallowRef<readonly Mark[]>;
    readonly isReading: Ref<boolean>;
    readonly isRead: Ref<boolean>;
    readonly failure: ShallowRef<unknown>;
    again(): void;
}

/** All that the store has; read anew by `again`. */
export function readSeries(page: Page): {
    infos: ShallowRef<readonly Info[] | undefined>;
    failure: ShallowRef<unknown>;
    again(): Promise<void>;
} {
    const infos = shallowRef<readonly Info[]>();
    const failure = shallowRef<unknown>();
    const again = async () => {
        try {
            infos.value = (await page.api.get<{ series: Info[] }>('series')).series;
            failure.value = undefined;
        } catch (error) {
            failure.value = error;
        }
    };
    watch(
        () => page.live.page.value?.apiRoot,
        (root) => void (root !== undefined && again()),
        { immediate: true },
    );
    return { infos, failure, again };
}

/** Values and events of what is wanted, read when that changes. What is shown stays until the answer has come. */
export function readData(page: Page, infos: () => readonly Info[], wanted: () => Wanted): DataReading {
    const aligned = shallowRef<Aligned>({ times: [], measured: [], columns: [] });
    const marks = shallowRef<readonly Mark[]>([]);
    const failure = shallowRef<unknown>();
    const isReading = ref(false);
    const isRead = ref(false);
    let running: AbortController | undefined;

    const temperatures: ComputedRef<ReadonlyMap<string, TemperatureUnit>> = computed(
        () => new Map((page.view('state')?.sites ?? []).map(({ id, temperatureUnit }) => [id, temperatureUnit])),
    );
    const linesOf = ({ owners, quantities }: Wanted) =>
        infos().filter(({ owner, quantity }) => owners.includes(owner) && quantities.includes(quantity)).length;
    const siteOf = (owner: string) => infos().find((info) => info.owner === owner)?.siteId ?? '';

    async function readTable(owner: string, { quantities, range }: Wanted, signal: AbortSignal): Promise<Table[]> {
        const own = infos().filter((info) => info.owner === owner && quantities.includes(info.quantity));
        if (own.length === 0) return [];
        const names = own.map(({ quantity }) => quantity).join(',');
        const query = {
            owner,
            quantities: names,
            ...withNeighbours(range),
            points: pointsFor(linesOf(wanted())),
            format: 'bin',
        };
        const ask = async (more: Query) =>
            decodeTable(await page.api.bytes('series/data', { ...query, ...more }, signal));
        const isClose = range.to - range.from <= RECORDING_MS;
        const [samples, recording] = await Promise.all([ask({}), isClose ? ask({ tier: 'recording' }) : undefined]);
        const isFine = recording && samples.tier === 'fine';
        const table = isFine ? withRecording(samples, recording) : samples;
        const unit = temperatures.value.get(siteOf(owner)) ?? 'C';
        return [{ ...table, columns: table.columns.map((column) => inUnit(column, unit)) }];
    }

    async function readMarks(owner: string, { range }: Wanted, signal: AbortSignal): Promise<Mark[]> {
        const query = { source: owner, from: range.from, to: range.to, limit: MOST_MARKS };
        const { episodes } = await page.api.get<{ episodes: EpisodeView[] }>('episodes', query, signal);
        return episodes.map(({ episode, eventId, level, since, endedAt, lastedMs, sourceName }): Mark => ({
            key: episode,
            at: since,
            ...(endedAt !== undefined && { endedAt, lastedMs }),
            level,
            battery: eventId === 'power-fail' || eventId === 'discharging',
            text: `${sourceName}: ${eventName(page.texts, eventId)}`,
        }));
    }

    async function read(): Promise<void> {
        running?.abort();
        const own = (running = new AbortController());
        const now = wanted();
        isReading.value = true;
        try {
            const tables = await Promise.all(now.owners.map((owner) => readTable(owner, now, own.signal)));
            if (own.signal.aborted) return;
            aligned.value = align(tables.flat());
            isRead.value = true;
            // Values first: they are what was asked for.
            const found = await Promise.all(now.owners.map((owner) => readMarks(owner, now, own.signal)));
            if (own.signal.aborted) return;
            marks.value = found.flat().sort((a, b) => a.at - b.at);
            failure.value = undefined;
        } catch (error) {
            if (!own.signal.aborted) failure.value = error;
        } finally {
            if (running === own) isReading.value = false;
        }
    }

    // As one text: a view of the state comes each second, and nothing is read again for an equal one.
    watch(
        () => JSON.stringify([page.live.page.value?.apiRoot, wanted(), [...temperatures.value]]),
        () => void (page.live.page.value?.apiRoot !== undefined && read()),
        { immediate: true },
    );
    onUnmounted(() => running?.abort());
    return { aligned, marks, isReading, isRead, failure, again: () => void read() };
}

/** With the samples before and after, so that lines reach the edges. */
function withNeighbours({ from, to }: TimeRange): TimeRange {
    const room = Math.round(Math.max(NEIGHBOUR_MS, (to - from) / 200));
    return { from: from - room, to: to + room };
}

/** In the unit of the site. */
function inUnit(column: Column, site: TemperatureUnit): Column {
    const { unit = '' } = inSiteUnit(0, column.unit, site);
    if (unit === column.unit) return column;
    const whole = (values: Values): Values =>
        values.map((value) => (typeof value !== 'number' ? value : inSiteUnit(value, column.unit, site).value));
    return {
        ...column,
        unit,
        mean: whole(column.mean),
        ...(column.min && { min: whole(column.min) }),
        ...(column.max && { max: whole(column.max) }),
    };
}
