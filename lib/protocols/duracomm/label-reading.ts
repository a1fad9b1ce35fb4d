import type { RawReading } from '../device-map/decode';
import type { DeviceMap, Place } from '../device-map/device-map';
import type { RawValue } from '../device-map/raw-value';
import type { LabelledPage } from '../labelled-page/labelled-page';

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

/** What a map asks of one row of a log: the texts below its column names. Capitals and blanks do not matter. */
export class RowReading implements RawReading {
    private readonly texts: ReadonlyMap<string, string>;

    constructor(values: Readonly<Record<string, { text: string }>>) {
        this.texts = new Map(Object.entries(values).map(([label, { text }]) => [keyOf(label), text]));
    }

    at(place: Place): RawValue {
        return 'label' in place ? this.texts.get(keyOf(place.label)) : undefined;
    }

    rows(): undefined {
        return undefined;
    }
}

function keyOf(label: string): string {
    return label.replace(/\s+/g, ' ').trim().toLowerCase();
}
