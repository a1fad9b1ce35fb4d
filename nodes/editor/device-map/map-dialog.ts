import type { Places } from '../../../lib/protocols/device-map/places';
import type { DialogParts } from '../form/dialog';
import type { Form } from '../form/form';
import { MapBox } from './map-box';

/** The parts of a dialog with a user's own device map: its widget, and the raw values that **Read now** brings. */
export function mapDialog({ property, places }: { property: string; places: Places }): DialogParts {
    const boxOf = (form: Form) => form.widgets.get(property) as MapBox | undefined;
    return {
        boxes: { [property]: (form, selector) => new MapBox(form, property, selector, places) },
        tryNow: (form) => ({
            asked: () => boxOf(form)?.asked(),
            answered: (answer: Parameters<MapBox['answered']>[0]) => boxOf(form)?.answered(answer),
        }),
    };
}
