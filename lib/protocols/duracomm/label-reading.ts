import { isSameQuantity } from '../../core/units/convert';
import { decimalOf } from '../../core/units/value-text';
import type { RawReading } from '../device-map/decode';
import type { DeviceMap, Place } from '../device-map/device-map';
import { unitOfValue } from '../device-map/item-value';
import type { RawValue } from '../device-map/raw-value';
import { parseTarget } from '../device-map/targets';
import type { LabelledPage } from '../labelled-page/labelled-page';
import type { LogValue } from '../measurement-csv/measurement-csv';

/** What a map asks of a page: the texts beside its labels. Each label is looked up once, however many items ask for it. */
export class PageReading implements RawReading {
    private readonly states: ReadonlyMap<string, readonly string[]>;
    private readonly texts = new Map<string, string | undefined>();

    constructor(
        private readonly page: LabelledPage | undefined,
        map: DeviceMap,
    ) {
        this.states = statesOf(map);
    }

    at(place: Place): RawValue {
        if (!('label' in place)) return undefined;
        const { label } = place;
        if (!this.texts.has(label)) this.texts.set(label, this.page?.find(label, this.states.get(label))?.text);
        return this.texts.get(label);
    }

    rows(): undefined {
        return undefined;
    }
}

/** Each reading asks for the same; a map does not change. */
const statesOfMaps = new WeakMap<DeviceMap, ReadonlyMap<string, readonly string[]>>();

/** The states of all items, by their labels. */
function statesOf(map: DeviceMap): ReadonlyMap<string, readonly string[]> {
    const known = statesOfMaps.get(map);
    if (known) return known;
    const states = new Map<string, Set<string>>();
    for (const { at, states: own = {} } of map.items) {
        if (!('label' in at)) continue;
        const all = states.get(at.label) ?? new Set();
        for (const state of Object.keys(own)) all.add(state);
        states.set(at.label, all);
    }
    const lists = new Map([...states].map(([label, all]) => [label, [...all]] as const));
    statesOfMaps.set(map, lists);
    return lists;
}

/** The units in which a map expects its numbers, by their places: those of items that have not converted their number themselves. */
export type ExpectedUnits = ReadonlyMap<Place, string>;

export function expectedUnits({ items }: DeviceMap): ExpectedUnits {
    return new Map(
        items.flatMap((item) => {
            const { at, kind, scale = 1, offset = 0, to } = item;
            const target = parseTarget(to);
            const unit = target && (item.unit?.trim() || unitOfValue(item, target));
            return kind === 'number' && scale === 1 && offset === 0 && unit ? [[at, unit]] : [];
        }),
    );
}

/**
 * What a map asks of one row of a log: the texts below its column names. Capitals and blanks do not matter. A number without a unit has that of its
 * column, `Temp (F)`, if the map expects that quantity there.
 */
export class RowReading implements RawReading {
    private byKey: ReadonlyMap<string, Cell> | undefined;

    constructor(
        private readonly values: Readonly<Record<string, Cell>>,
        private readonly expected: ExpectedUnits = new Map(),
    ) {}

    at(place: Place): RawValue {
        const cell = 'label' in place ? this.cellOf(place.label) : undefined;
        if (cell?.unit === undefined || decimalOf(cell.text) === undefined) return cell?.text;
        const expected = this.expected.get(place);
        const counts = expected !== undefined && isSameQuantity(cell.unit, expected);
        return counts ? `${cell.text} ${cell.unit}` : cell.text;
    }

    rows(): undefined {
        return undefined;
    }

    /** Rows are kept by the labels of the map that reads them: another way of writing one is rare. */
    private cellOf(label: string): Cell | undefined {
        if (Object.hasOwn(this.values, label)) return this.values[label];
        this.byKey ??= new Map(Object.entries(this.values).map(([name, cell]) => [keyOf(name), cell]));
        return this.byKey.get(keyOf(label));
    }
}

type Cell = Pick<LogValue, 'text' | 'unit'>;

function keyOf(label: string): string {
    return label.replace(/\s+/g, ' ').trim().toLowerCase();
}
