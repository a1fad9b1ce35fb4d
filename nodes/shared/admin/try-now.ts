import type { NodeAPI } from 'node-red';
import type { RawItem } from '../../../lib/core/driver';
import type { MapItem } from '../../../lib/protocols/device-map/device-map';
import { UpsError } from '../../../lib/core/errors';
import { adminRoute } from './admin-route';
import { flowOf, onePerFlow } from '../runtime/flow-of';
import { editorWords } from '../words/editor-words';
import { errorText, type Translator } from '../words/texts';

/** The values that a dialog has now, deployed or not. */
export interface TryRequest {
    /** Id of the dialog's node. */
    id: string;
    /** Its properties, as the dialog would save them. */
    config: Record<string, never>;
    /** Credentials as typed; unchanged ones come from the node's stored credentials. */
    credentials: Record<string, string>;
    /** The fields beside the button: the recipient, the event. */
    ask: Record<string, string>;
    /** The user has typed a credential. */
    isTyped: boolean;
    /** Texts for who asks, in the language of the editor. */
    words: Translator;
    /** Aborted when the time is over or the dialog is closed. */
    signal: AbortSignal;
}

/** One line of the result: its name is `label`, or the text for `key` in the editor's catalogue (`try.row.<key>`). */
export interface TryRow {
    key?: string;
    label?: string;
    value: string | number | boolean | null;
    /** Of a number with a label. */
    unit?: string;
}

/** What a device has, for a person who makes its map. */
export interface FoundValues {
    values: { item: MapItem; raw: string }[];
    /** Of a log: the columns of its header, and the forms that the times in each have. */
    columns?: { name: string; formats: string[] }[];
}

export interface TryResult {
    /** For `ask.find`. */
    found?: FoundValues;
    /** False: `text` tells what failed, and the rest was found all the same. */
    ok?: false;
    rows?: TryRow[];
    text?: string;
    /** What was read for each item of the user's own map, in its order; null: it could not be asked for. */
    raw?: (RawItem | null)[];
}

export type TryWork = (request: TryRequest) => Promise<TryResult>;

/** The editor's placeholder for a stored password. */
const UNCHANGED = '__PWRD__';
const LONGEST_MS = 90_000;
const MOST_AT_ONCE = 4;
/** What the devices of the user's own maps refuse lies deepest: a code in config, map, commands, command, send, frame, status, refused. */
const DEEPEST = 9;
/** Entries of one list: a device map has up to 512 items. */
const MOST_ENTRIES = 600;
const LONGEST_TEXT = 20_000;

const tableOf = onePerFlow(() => ({ works: new Map<string, TryWork>(), running: 0 }));

/**
 * Lets the dialog of a node type try its present values without a deploy: `POST ridethrough/try/<type>`. It needs the permission to deploy,
 * because this machine connects to the entered address with stored credentials. Nothing is stored or logged.
 */
export function registerTry(RED: NodeAPI, type: string, work: TryWork): void {
    tableOf(RED).works.set(type, work);
    adminRoute(RED, 'post', 'try/:type', 'flows.write', (request, response) => {
        const type = String(request.params.type);
        const table = tableOf(RED);
        const work = table.works.get(type);
        const abort = new AbortController();
        const words = editorWords(RED, request);
        const read = work && readRequest(RED, type, request.body, { words, signal: abort.signal });
        if (!work || !read) {
            response.status(work ? 400 : 404).json({ error: 'bad-request' });
            return;
        }
        if (table.running >= MOST_AT_ONCE) {
            response.status(429).json({ error: 'busy' });
            return;
        }
        table.running++;
        const limit = flowOf(RED).clock.setTimeout(() => abort.abort(), LONGEST_MS);
        response.on('close', () => abort.abort());
        Promise.resolve()
            .then(() => work(read))
            .then(
                (result) => response.json({ ok: true, ...result }),
                (error: unknown) => response.json({ ok: false, text: errorText(words, error, type) }),
            )
            .finally(() => {
                flowOf(RED).clock.clearTimeout(limit);
                table.running--;
            })
            .catch(() => undefined);
    });
}

type Asker = Pick<TryRequest, 'words' | 'signal'>;

function readRequest(RED: NodeAPI, type: string, body: unknown, asker: Asker): TryRequest | undefined {
    if (!isRecord(body)) return undefined;
    const { id, config, credentials = {}, ask = {} } = body;
    if (typeof id !== 'string' || id.length > 64 || !isRecord(config) || !isPlain(config, DEEPEST)) return undefined;
    if (!isTexts(credentials) || !isTexts(ask)) return undefined;
    const typed = Object.entries(credentials).filter(([, value]) => value !== UNCHANGED);
    const stored = typeOf(RED, id) === type ? (RED.nodes.getCredentials(id) as Record<string, string> | undefined) : {};
    return {
        id,
        config: replaceVariables(RED, id, config) as Record<string, never>,
        credentials: { ...stored, ...(replaceVariables(RED, id, Object.fromEntries(typed)) as Record<string, string>) },
        ask,
        isTyped: typed.some(([name, value]) => value !== (stored?.[name] ?? '')),
        ...asker,
    };
}

/** The stored credentials of a node are only used for its own type. */
function typeOf(RED: NodeAPI, id: string): string | undefined {
    let type: string | undefined;
    RED.nodes.eachNode((node) => {
        if (node.id === id) ({ type } = node);
    });
    return type;
}

/** Replaces `${NAME}` by the environment variable, as a deploy does. */
function replaceVariables(RED: NodeAPI, id: string, value: unknown): unknown {
    if (typeof value === 'string') {
        const name = /^\$\{([^}]+)\}$/.exec(value)?.[1];
        if (name === undefined) return value;
        const node = RED.nodes.getNode(id) ?? ({} as never);
        return RED.util.evaluateNodeProperty(name, 'env', node, {}) as unknown;
    }
    if (Array.isArray(value)) return value.map((each) => replaceVariables(RED, id, each));
    if (!isRecord(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, replaceVariables(RED, id, each)]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is Record<string, string> {
    return isRecord(value) && Object.values(value).every((text) => typeof text === 'string' && text.length < 5000);
}

function isPlain(value: unknown, depth: number): boolean {
    if (typeof value === 'string') return value.length < LONGEST_TEXT;
    if (typeof value !== 'object' || value === null) return true;
    const inner = Object.values(value);
    return depth > 0 && inner.length <= MOST_ENTRIES && inner.every((each) => isPlain(each, depth - 1));
}

/** The error if a deployed node uses the port or line with other settings. */
export function inUse(place: string): UpsError {
    return new UpsError('busy-elsewhere', { place });
}
