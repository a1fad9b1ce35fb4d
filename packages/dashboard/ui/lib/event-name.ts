import type { Texts } from './texts';

/** Sensors and contacts share the ids of their events; their names have the kind before them. */
const KINDS = ['', 'sensor-', 'contact-', 'marker-', 'threshold-', 'buzzer-', 'blocks-'];

/** The name of an event of any source. */
export function eventName(texts: Texts, id: string): string {
    for (const kind of KINDS) {
        const name = texts.find(`event.${kind}${id}`);
        if (name) return name;
    }
    texts.loadRare();
    return id;
}
