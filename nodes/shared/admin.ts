import type { Node, NodeAPI } from 'node-red';
import type { TimerHandle } from '../../lib/core/clock';
import { UpsError } from '../../lib/core/errors';
import type { EventInfo } from '../../lib/core/messages';
import type { UpsUnit } from '../../lib/core/unit/ups-unit';
import { keepDataLog } from './data-log';
import { hub, systemClock, type SiteRuntime } from './hub';
import { errorText } from './texts';
import type { TimedView } from './timed-episodes';

interface Announced {
    unit: UpsUnit;
    site: SiteRuntime | undefined;
}

export type UnitState = 'ok' | 'outage' | 'alarm' | 'warning' | 'silent' | 'unknown';

const LOG_LIMIT = 200;
const PUBLISH_EVERY_MS = 1000;

const units = new Map<string, Announced>();
const timings = new Map<string, { node: Node; views: () => TimedView[] }>();
const served = new WeakSet<object>();
const stops = new Map<UpsUnit, () => void>();

/** Shows a unit in the editor's sidebar, and keeps its data log. */
export function announceUnit(RED: NodeAPI, unit: UpsUnit, site: SiteRuntime | undefined, dataLogSeconds: number): void {
    units.set(unit.id, { unit, site });
    const stopDataLog = site && dataLogSeconds > 0 ? keepDataLog(unit, site, dataLogSeconds) : undefined;
    let due: TimerHandle;
    const unsubscribe = unit.subscribe(() => {
        // Readings come often; editors need not see each of them.
        due ??= systemClock.setTimeout(() => {
            due = undefined;
            RED.comms.publish('ridethrough/units', describeUnit(RED, units.get(unit.id) ?? { unit, site }), false);
        }, PUBLISH_EVERY_MS);
    });
    stops.set(unit, () => {
        systemClock.clearTimeout(due);
        unsubscribe();
        stopDataLog?.();
    });
}

export function forgetUnit(unit: UpsUnit): void {
    stops.get(unit)?.();
    stops.delete(unit);
    if (units.get(unit.id)?.unit === unit) units.delete(unit.id);
}

/** Shows what a timing waits for in the editor's sidebar. */
export function announceTimings(node: Node, views: () => TimedView[]): void {
    const entry = { node, views };
    timings.set(node.id, entry);
    node.on('close', () => {
        if (timings.get(node.id) === entry) timings.delete(node.id);
    });
}

/** The endpoints behind the sidebar, and live log entries for all editors. Once per Node-RED. */
export function serveAdmin(RED: NodeAPI): void {
    if (served.has(RED.httpAdmin)) return;
    served.add(RED.httpAdmin);
    const mayRead = RED.auth.needsPermission('flows.read');
    RED.httpAdmin.get('/ridethrough/units', mayRead, (_request, response) => {
        response.json([...units.values()].map((each) => describeUnit(RED, each)));
    });
    RED.httpAdmin.get('/ridethrough/log', mayRead, (request, response) => {
        const limit = Math.min(1000, Math.max(1, Number(request.query.limit) || LOG_LIMIT));
        const text = typeof request.query.text === 'string' ? request.query.text : undefined;
        const entries = stores().flatMap((store) => store.logEntries({ limit, text }));
        response.json(entries.sort((a, b) => b.at - a.at || b.id - a.id).slice(0, limit));
    });
    RED.httpAdmin.get('/ridethrough/log.csv', mayRead, (_request, response) => {
        Promise.all(stores().map((store) => store.exportLogCsv({ limit: 100_000 }))).then(
            (logs) => {
                response.type('text/csv; charset=utf-8').attachment('ridethrough-event-log.csv');
                response.send(logs.join('\r\n'));
            },
            (error: Error) => response.status(500).json({ error: error.message }),
        );
    });
}

/** Sends a site's log entries to all editors as they come. @returns stops it. */
export function publishLog(RED: NodeAPI, site: SiteRuntime): () => void {
    return site.store.subscribe((entry) => RED.comms.publish('ridethrough/log', entry, false));
}

function stores() {
    // Sites may share a folder, and with it a store.
    const byFile = new Map([...hub.sites.values()].map(({ store }) => [store.stats().file, store]));
    return [...byFile.values()];
}

function describeUnit(RED: NodeAPI, { unit, site }: Announced) {
    const status = unit.status();
    const active = unit.activeEvents();
    const loads = (status?.output.lines ?? []).map((line) => line.load).filter((load) => load !== undefined);
    return {
        id: unit.id,
        name: unit.name,
        site: site?.name ?? '',
        dryRun: site?.dryRun ?? false,
        /** `memory`: its disk has failed; `waiting`: another Node-RED has it. */
        store: site?.store.mode,
        watching: site?.watching ?? false,
        state: stateOf(unit, active),
        source: status?.output.source,
        chargePercent: status?.battery.chargePercent ?? status?.derived.chargePercent,
        minutesRemaining: minutes(unit.remainingSeconds('smaller')),
        secondsOnBattery: unit.secondsOnBattery(),
        loadPercent: loads.length > 0 ? Math.max(...loads) : undefined,
        ageSeconds: unit.ageSeconds,
        /** Why nothing comes, where that is so. */
        trouble: unit.isSilent || !status ? troubleOf(RED, unit) : undefined,
        ways: unit.wayViews.map(({ failure, ...way }) => ({
            ...way,
            ...(failure ? { why: errorText(RED, new UpsError(failure.code as never, failure.data)) } : {}),
        })),
        activeEvents: active.map(({ id, text, since, level }) => ({ id, text, since, level })),
        timings: [...timings.values()].flatMap(({ node, views }) =>
            views()
                .filter(({ sourceId }) => (hub.source(sourceId)?.standsFor ?? sourceId) === unit.id)
                .map((view) => ({
                    nodeId: node.id,
                    name: node.name || 'ups-timing',
                    eventId: view.eventId,
                    fired: view.fired,
                    waitingFor: view.waiting === 'due' ? 'time' : view.waiting.for,
                    ...(view.waiting !== 'due' && view.waiting.for === 'time'
                        ? { dueInSeconds: view.waiting.ms / view.speed / 1000 }
                        : {}),
                })),
        ),
    };
}

/** Before the first answer only what is known to be wrong. */
function troubleOf(RED: NodeAPI, unit: UpsUnit): string | undefined {
    const [first] = unit.wayViews;
    return !first || first.failure || unit.isSilent ? errorText(RED, unit.absence) : undefined;
}

function minutes(seconds: number | undefined): number | undefined {
    return seconds === undefined ? undefined : seconds / 60;
}

/** Monitor colours of the manual (line 2397): unknown, silent, fine, warning, alarm; an outage is told apart. */
function stateOf(unit: UpsUnit, active: EventInfo[]): UnitState {
    if (active.some(({ id }) => id === 'power-fail')) return 'outage';
    if (unit.isSilent) return 'silent';
    if (!unit.status()) return 'unknown';
    if (active.some(({ level }) => level === 'alarm')) return 'alarm';
    return active.some(({ level }) => level === 'warning') ? 'warning' : 'ok';
}
