import type { NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';

const UNIT_CATALOGUE = '@ridethrough/node-red-ups/ups-unit:ups-unit';

type Data = Record<string, unknown>;

/** The sentence for an edge, e.g. "Mains failed, running on battery". */
export function eventText(RED: NodeAPI, eventId: string, active: boolean): string {
    return translate(RED, `events.${eventId}.${active ? 'on' : 'off'}`, {}, `${eventId} ${active ? 'on' : 'off'}`);
}

/** The name of an event, e.g. "Power failure". */
export function eventName(RED: NodeAPI, eventId: string): string {
    return translate(RED, `events.${eventId}.name`, {}, eventId);
}

/** A failure as a sentence that says what to do. */
export function errorText(RED: NodeAPI, error: unknown): string {
    if (!(error instanceof UpsError)) return error instanceof Error ? error.message : String(error);
    return translate(RED, `errors.${error.code}`, error.data, error.message);
}

/** A status text of the shared set. */
export function statusText(RED: NodeAPI, key: string, data: Data = {}): string {
    return translate(RED, `status.${key}`, data, key);
}

function translate(RED: NodeAPI, key: string, data: Data, fallback: string): string {
    const full = `${UNIT_CATALOGUE}.${key}`;
    const text = (RED._ as (key: string, data?: Data) => unknown)(full, data);
    return typeof text !== 'string' || text === '' || text === full || text.endsWith(key) ? fallback : text;
}
