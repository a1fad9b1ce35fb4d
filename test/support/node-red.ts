import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import helper from 'node-red-node-test-helper';
import { Words } from '../../lib/core/language/words';
import type { NodeAPI } from 'node-red';
import { SystemClock, type Clock } from '../../lib/core/clock';
import { bootTime } from '../../nodes/shared/runtime/boot-time';
import { flowOf, makeFlow, setFlow, type RuntimeFlow } from '../../nodes/shared/runtime/flow-of';
import { LifecycleLog } from '../../nodes/shared/config/lifecycle-log';

/**
 * The Node-RED test helper on the Node-RED under test: 5, or 4.1 with NODE_RED_UNDER_TEST=4. Node specs import it from here,
 * never from the package, so that the whole suite can run on both.
 */
const underTest = process.env.NODE_RED_UNDER_TEST ?? '5';
if (underTest !== '4' && underTest !== '5') throw new Error(`NODE_RED_UNDER_TEST must be 4 or 5, got ${underTest}`);

const entry = require.resolve(underTest === '4' ? 'node-red-4' : 'node-red');
helper.init(entry);

/** Version of the Node-RED under test, e.g. `5.0.7`. */
export const nodeRedVersion: string = (
    JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8')) as { version: string }
).version;

if (!nodeRedVersion.startsWith(`${underTest}.`)) {
    throw new Error(`Node-RED ${underTest} is to be tested, but ${nodeRedVersion} was found`);
}

console.log(`Node-RED ${nodeRedVersion} on Node ${process.version}`);

/** As the helper gives it to the nodes, so far as to know which Node-RED it is, and which nodes are deployed. */
export const RED = {
    events: (helper as unknown as { _events: NodeJS.EventEmitter })._events,
    _: (key: string) => key,
    nodes: {
        eachNode: (look: (node: unknown) => void) => underTestNodes().eachNode(look),
        getNode: (id: string) => underTestNodes().getNode(id),
    },
} as unknown as NodeAPI;

/** The nodes of the running flow; the helper has them when its server has started. */
function underTestNodes(): Pick<NodeAPI['nodes'], 'getNode'> & { eachNode(look: (node: unknown) => void): void } {
    return (helper as unknown as { _redNodes: ReturnType<typeof underTestNodes> })._redNodes;
}

/** The engine of the Node-RED under test. */
export const theFlow = (): RuntimeFlow => flowOf(RED);

/** Nodes that are loaded from now on live by this clock, in an engine that remembers nothing. To be called while there are none. */
export function liveBy(clock: Clock): RuntimeFlow {
    return setFlow(RED.events, makeFlow(RED, clock));
}

/** Each spec file begins as a process does: what nodes without a site have left in memory is of the file before. */
const startServer = helper.startServer.bind(helper) as (done?: () => void) => unknown;
helper.startServer = ((done?: () => void) => {
    liveBy(new SystemClock(1, bootTime));
    speakInWords(false);
    return startServer(done);
}) as typeof helper.startServer;

/** Other specs of this process read words. */
const stopServer = helper.stopServer.bind(helper) as (done?: () => void) => unknown;
helper.stopServer = ((done?: () => void) => {
    speakInWords(true);
    return stopServer(done);
}) as typeof helper.stopServer;

const diary = LifecycleLog.prototype as unknown as { note(level: string, text: string): void };
const { note } = diary;

/** Whether sites tell of starts and deploys in their event log. Specs of other nodes read there only what these have written. */
export function keepDiary(kept: boolean): void {
    diary.note = kept ? note : () => {};
}
keepDiary(false);

const { find } = Words.prototype;
/** What the helper's `RED._` leaves in codes. */
const CODES = /^ups-unit\.(errors|status|events|eventText|failures|short|reasons)\./;

/**
 * Whether sites say failures, states and events in words, or by their codes as the helper's own `RED._` does. Specs of nodes read
 * codes while the server of the helper runs; what is said is read by the specs of the languages.
 */
export function speakInWords(words: boolean): void {
    Words.prototype.find = words
        ? find
        : function (this: Words, key: string, data) {
              return CODES.test(key) ? undefined : find.call(this, key, data);
          };
}

export { helper };
