import type { NodeAPI } from 'node-red';
import type { BatterySource } from '../../../lib/core/batteries/battery-source';
import { MOST_MODULES, MOST_STRINGS } from '../../../lib/core/batteries/model';
import { changedStrings } from '../../../lib/core/batteries/runaway/changed-strings';
import { rangesText } from '../../../lib/core/batteries/battery-detail';
import { blockList } from '../../../lib/core/batteries/block-list';
import type { CommandResult } from '../../../lib/core/driver';
import { said, SentenceError, type Part, type Sentence } from '../../../lib/core/language/sentence';
import { batteryIn } from '../../../lib/views';
import { batteryBlocksView } from '../../../lib/views/battery-blocks';
import * as door from '../door/door';
import { flowOf, type SiteRuntime } from '../runtime/flow-of';
import { apiRoute, ApiError, ApiFile, type ApiCall } from './api-route';
import { carryOut } from './carry-out';
import { costly } from './costly';
import { binaryDischarge, dischargeJson } from './discharge-binary';
import { bodyChoice, bodyNumber, bodyText, choice } from './query';

const COMMANDS = ['stop-runaway', 'rearm-runaway', 'reset-runaway', 'reset-counter', 'set-baseline'] as const;
type CommandType = (typeof COMMANDS)[number];

interface Done {
    result: Sentence;
    detail: CommandResult;
}

/** Routes of batteries of many blocks: what is, and what a person may do. */
export function serveBatteries(RED: NodeAPI): void {
    apiRoute(RED, 'get', 'batteries', 'view', () => ({
        at: flowOf(RED).clock.now(),
        batteries: door.batteries(RED),
    }));
    apiRoute(RED, 'get', 'batteries/:id', 'view', ({ params }) => {
        const { blocks } = batteryBlocksView(batteryAt(RED, params.id!));
        return { at: flowOf(RED).clock.now(), ...door.battery(RED, params.id!), blocks };
    });
    apiRoute(RED, 'get', 'batteries/:id/discharges', 'view', ({ params }) => {
        const { id } = batteryAt(RED, params.id!);
        return { discharges: [...(seriesAt(RED, id)?.discharges(id) ?? [])].reverse() };
    });
    apiRoute(RED, 'get', 'batteries/:id/discharges/:record', 'view', async (call) => {
        const { id } = batteryAt(RED, call.params.id!);
        const history = await seriesAt(RED, id)?.discharge(id, call.params.record!);
        if (!history) throw new ApiError(404, 'no-such-discharge', { id: call.params.record });
        if (choice(call, 'format', ['json', 'bin'] as const) === 'bin')
            return new ApiFile('application/octet-stream', await binaryDischarge(history));
        return costly(call, () => dischargeJson(history));
    });
    apiRoute(RED, 'post', 'batteries', 'operate', (call) => {
        const battery = batteryAt(RED, bodyText(call, 'battery'));
        const { body } = call;
        const type = bodyChoice(commandIn(body.command), 'type', COMMANDS);
        const { what, run } = ORDERS[type](battery, commandIn(body.command), call);
        return carryOut(RED, call, {
            site: siteAt(RED, battery.id),
            source: battery.name,
            nodeId: battery.id,
            what,
            // It is our own bookkeeping: nothing is switched, and a rehearsal of a countdown can be stopped too.
            always: true,
            // The battery may be another object by now: a deploy replaces it.
            run: () => Promise.resolve(run(batteryAt(RED, battery.id))),
        });
    });
}

type Order = (
    battery: BatterySource,
    command: Readonly<Record<string, unknown>>,
    call: ApiCall,
) => { what: Sentence; run(battery: BatterySource): Done };

/** What each command is in words, and what it does. */
const ORDERS: Readonly<Record<CommandType, Order>> = {
    'stop-runaway': runaway('stop'),
    'rearm-runaway': runaway('rearm'),
    'reset-runaway': runaway('reset'),
    'reset-counter': ({ name, discharges }, _command, { who }) => ({
        what: said('api.battery.resetCounter', { name, count: discharges }),
        run: (battery) => {
            battery.act(({ counter }) => counter.reset(who, battery.clock.now()));
            return { result: said('result.confirmed'), detail: { confirmed: true } };
        },
    }),
    'set-baseline': ({ name }, { modules }) => {
        const chosen = blockList(modules);
        if (!chosen) throw bad('modules', `1 … ${MOST_MODULES}, as "1-10, 17"`);
        const list = [...chosen].sort((a, b) => a - b);
        const blocks = rangesText(list);
        return {
            what: said(list.length > 0 ? 'api.battery.baselineOf' : 'api.battery.baseline', { name, blocks }),
            run: (battery) => baselineNow(battery, list),
        };
    },
};

function runaway(act: 'stop' | 'rearm' | 'reset'): Order {
    return ({ name }, command, { who }) => {
        const string = bodyNumber(command, 'string', { min: 1, max: MOST_STRINGS });
        return {
            what: said(`api.battery.${act}Runaway`, { name, of: ofString(string) }),
            run: (battery) => {
                const confirmed = changedStrings(battery, (watch) => watch[act](who, string)).length > 0;
                return { result: said(confirmed ? 'result.confirmed' : 'api.nothingPending'), detail: { confirmed } };
            },
        };
    };
}

function baselineNow(battery: BatterySource, modules: readonly number[]): Done {
    const missing = battery.setBaseline(modules.length > 0 ? modules : undefined);
    const count = modules.length || (battery.view().layout?.modules ?? 0);
    if (missing.length >= count) throw new SentenceError(said('api.battery.noImpedance'));
    const result = missing.length > 0 ? said('api.battery.without', { blocks: rangesText(missing) }) : undefined;
    return { result: result ?? said('result.confirmed'), detail: { confirmed: true } };
}

const ofString = (string: number | undefined): Part =>
    string === undefined ? '' : said('api.battery.ofString', { string });

function commandIn(value: unknown): Readonly<Record<string, unknown>> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad('command', '{"type": …}');
    return value as Record<string, unknown>;
}

const bad = (parameter: string, expected: string) => new ApiError(400, 'bad-parameter', { parameter, expected });

function siteAt(RED: NodeAPI, id: string): SiteRuntime | undefined {
    const member = flowOf(RED).registry.byId(id);
    return member?.kind === 'source' ? member.site : undefined;
}

const seriesAt = (RED: NodeAPI, id: string) => siteAt(RED, id)?.series;

function batteryAt(RED: NodeAPI, id: string): BatterySource {
    const battery = batteryIn(flowOf(RED), id);
    if (!battery) throw new ApiError(404, 'no-such-battery', { id });
    return battery;
}
