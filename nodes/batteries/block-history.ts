import { blockList } from '../../lib/core/batteries/block-list';
import type { BatterySource } from '../../lib/core/batteries/battery-source';
import { BLOCK_QUANTITIES, BLOCK_UNITS, MOST_MODULES, type BlockQuantity } from '../../lib/core/batteries/model';
import { UpsError } from '../../lib/core/errors';
import { shown } from '../../lib/core/quote';
import { Slices } from '../../lib/core/turns';
import { blockQuantity, type SeriesStore, type Tier } from '../../lib/store/series';

/** What a flow asks for: see the help of ups-battery-status. */
export interface HistoryRequest {
    quantity: unknown;
    modules?: unknown;
    from?: unknown;
    to?: unknown;
    points?: unknown;
}

/**
 * Times in epoch ms, one value for each; null is "not known". With the tiers `hour` and `day` a value is the mean of the hour or day (UTC) that begins at
 * its time, with the lowest and the highest. A block that the history does not know is missing.
 */
export interface BlockHistory {
    quantity: BlockQuantity;
    unit: string;
    tier: Tier;
    times: number[];
    blocks: { module: number; values: (number | null)[]; lowest?: (number | null)[]; highest?: (number | null)[] }[];
}

const USUAL_POINTS = 1000;
const MOST_POINTS = 20_000;

export function isHistoryRequest(payload: unknown): payload is HistoryRequest {
    return typeof payload === 'object' && payload !== null && 'quantity' in payload;
}

/** @throws UpsError with the sentence of ups-battery-status: the request is not understood */
export async function blockHistory(
    battery: BatterySource,
    series: SeriesStore | undefined,
    request: HistoryRequest,
): Promise<BlockHistory> {
    const quantity = BLOCK_QUANTITIES.find((each) => each === request.quantity);
    if (!quantity) throw refused('quantity', { value: shown(request.quantity), known: BLOCK_QUANTITIES.join(', ') });
    const chosen = blockList(request.modules);
    if (!chosen) throw refused('modules', { value: shown(request.modules) });
    const to = request.to === undefined ? battery.clock.now() : timeOf(request.to);
    const from = request.from === undefined ? to - 86_400_000 : timeOf(request.from);
    if (!(from < to)) throw refused('request');
    const given = Number(request.points ?? USUAL_POINTS);
    const points = Number.isFinite(given) ? Math.min(Math.max(1, Math.round(given)), MOST_POINTS) : USUAL_POINTS;
    const count = battery.view().layout?.modules ?? MOST_MODULES;
    const modules = chosen.size > 0 ? [...chosen] : Array.from({ length: count }, (_, i) => i + 1);
    const quantities = modules.map((module) => blockQuantity(quantity, module));
    const slices = new Slices();
    const table = await series?.readSoon({ owner: battery.id, quantities, from, to, points }, slices);
    const columns = new Map(table?.columns.map((column) => [column.quantity, column]));
    const nulls = (values: readonly (number | undefined)[] | undefined) => values?.map((value) => value ?? null);
    const blocks: BlockHistory['blocks'] = [];
    for (const module of modules) {
        const column = columns.get(blockQuantity(quantity, module));
        if (!column) continue;
        const [lowest, highest] = [nulls(column.min), nulls(column.max)];
        blocks.push({
            module,
            values: nulls(column.mean) ?? [],
            ...(lowest && { lowest }),
            ...(highest && { highest }),
        });
        await slices.breathe();
    }
    return {
        quantity,
        unit: BLOCK_UNITS[quantity],
        tier: table?.tier ?? 'fine',
        times: table?.times ?? [],
        blocks,
    };
}

/** Epoch ms; NaN if it is no time. */
function timeOf(given: unknown): number {
    return typeof given === 'number' ? given : typeof given === 'string' ? Date.parse(given) : NaN;
}

/** An error with the sentence `error.<rule>` of ups-battery-status. */
export function refused(rule: string, data: Readonly<Record<string, string>> = {}): UpsError {
    return new UpsError('config-invalid', {
        property: 'payload',
        sentence: { key: `ups-battery-status.error.${rule}`, data },
        ...data,
    });
}
