import type { NewLogEntry } from '../core/journal/event-log';
import { quoted } from '../core/quote';
import { toJson } from './message-json';

const LONGEST_NAME = 200;
const LONGEST_TEXT = 1000;
const LONGEST_IN_DETAIL = 2000;
/** Longest JSON of a detail: far more than a job for five hundred hosts needs. */
const LONGEST_DETAIL = 256 * 1024;

/** Cuts all texts of a log entry to a readable length: texts come from devices, servers and strangers. */
export function limitEntry(entry: NewLogEntry): NewLogEntry {
    const { source, text, eventId, episode, detail } = entry;
    const bounded = {
        ...entry,
        source: quoted(source, LONGEST_NAME),
        text: quoted(text, LONGEST_TEXT),
        ...(eventId && { eventId: quoted(eventId, LONGEST_NAME) }),
        ...(episode && { episode: quoted(episode, LONGEST_NAME) }),
    };
    return detail === undefined ? bounded : { ...bounded, detail: boundedDetail(detail) };
}

function boundedDetail(detail: unknown): unknown {
    const json = toJson(detail);
    if (json.length <= LONGEST_IN_DETAIL) return detail;
    const short = (_key: string, value: unknown) =>
        typeof value === 'string' ? quoted(value, LONGEST_IN_DETAIL) : value;
    const cut = JSON.stringify(JSON.parse(json, short));
    return cut.length > LONGEST_DETAIL ? quoted(cut, LONGEST_IN_DETAIL) : JSON.parse(cut);
}
