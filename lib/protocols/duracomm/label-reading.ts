import { isSameQuantity } from '../../core/units/convert';
import { decimalOf } from '../../core/units/value-text';
import type { RawReading } from '../device-map/decode';
import type { DeviceMap, Place } from '../device-map/device-map';
import { unitOfValue } from '../device-map/item-value';
import type { RawValue } from '../device-map/raw-value';
import { parseTarget } from '../device-map/targets';
import type { LabelledPage } from '../labelled-page/labelled-page';
import type { LogValue } from '../measurement-csv/measurement-csv';

/** What a map asks of a page: the texts beside its labels. */
export class PageReading implements RawReading {
    private readonly states = new Map<string, string[]>();

    constructor(
        private readonly page: LabelledPage | undefined,
        { items }: DeviceMap,
    ) {
        for (const { at, states } of items)
            if ('label' in at)
                this.states.set(at.label, [...(this.states.get(at.label) ?? []), ...Object.keys(states ?? {})]);
    }

    at(place: Place): RawValue {
        return 'label' in place ? this.page?.find(place.label, this.states.get(place.label))?.text : undefined;
    }

    rows(): undefined {
        return undefined;
    }
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
    private readonly cells: ReadonlyMap<string, Cell>;

    constructor(
        values: Readonly<Record<string, Cell>>,
        private readonly expected: ExpectedUnits = new Map(),
    ) {
        this.cells = new Map(Object.entries(values).map(([label, cell]) => [keyOf(label), cell]));
    }

    at(place: Place): RawValue {
        const cell = 'label' in place ? this.cells.get(keyOf(place.label)) : undefined;
        if (cell?.unit === undefined || decimalOf(cell.text) === undefined) return cell?.text;
        const expected = this.expected.get(place);
        const counts = expected !== undefined && isSameQuantity(cell.unit, expected);
        return counts ? `${cell.text} ${cell.unit}` : cell.text;
    }

    rows(): undefined {
        return undefined;
    }
}

type Cell = Pick<LogValue, 'text' | 'unit'>;

function keyOf(label: string): string {
    return label.replace(/\s+/g, ' ').trim().toLowerCase();
}
