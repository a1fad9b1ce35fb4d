import type { DialogParts } from '../form/dialog';
import type { Form } from '../form/form';
import { MapBox, type MapBoxParts } from './map-box';

interface MapDialogParts extends MapBoxParts {
    property: string;
}

/** The parts of a dialog with a user's own device map: its widget, and the raw values that **Read now** brings. */
export function mapDialog({ property, places, finder }: MapDialogParts): DialogParts {
    const boxOf = (form: Form) => form.widgets.get(property) as MapBox | undefined;
    return {
        boxes: { [property]: (form, selector) => new MapBox(form, property, selector, { places, finder }) },
        tryNow: (form) => ({
            asked: () => boxOf(form)?.asked(),
            answered: (answer: Parameters<MapBox['answered']>[0]) => boxOf(form)?.answered(answer),
        }),
    };
}
