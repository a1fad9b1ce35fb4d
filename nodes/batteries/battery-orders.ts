import type { NodeAPI } from 'node-red';
import { blockList } from '../../lib/core/batteries/block-list';
import { rangesText } from '../../lib/core/batteries/battery-detail';
import type { BatterySource } from '../../lib/core/batteries/battery-source';
import { MOST_STRINGS } from '../../lib/core/batteries/model';
import { changedStrings } from '../../lib/core/batteries/runaway/changed-strings';
import { shown } from '../../lib/core/quote';
import type { SiteRuntime } from '../shared/runtime/flow-of';
import { wordsOf } from '../shared/words/site-words';
import { stringName } from './battery-text';
import { refused } from './block-history';

/** What a person or a flow has a battery do. */
export const ORDERS = ['stop', 'rearm', 'reset', 'baseline'] as const;
export type Order = (typeof ORDERS)[number];

export interface OrderOutcome {
    /** False: there was nothing to do. */
    done: boolean;
    /** One sentence, in the language of the site. */
    text: string;
    by: string;
}

/** One battery and where what is done to it is written down. */
export interface OrderedBattery {
    battery: BatterySource;
    site: SiteRuntime | undefined;
    nodeId: string;
}

/**
 * Carries out an order, and writes in the event log what came of it and who gave it.
 * @param payload of `stop` and `rearm` the number of a string, otherwise all; of `reset` `runaway` or `discharges`; of `baseline` a list of blocks, empty: all
 * @throws UpsError with the sentence of ups-battery-status: the payload is not understood
 */
export function carryOutOrder(
    RED: NodeAPI,
    { battery, site, nodeId }: OrderedBattery,
    order: Order,
    payload: unknown,
    by: string,
): OrderOutcome {
    const words = wordsOf(RED, site);
    const say = (key: string, data: Readonly<Record<string, string | number>> = {}) =>
        words.say(`ups-battery.order.${key}`, { by, ...data });
    const strings = (numbers: readonly number[]) => numbers.map((n) => stringName(words, n, battery)).join(', ');
    const outcome = ((): { done: boolean; text: string } => {
        switch (order) {
            case 'stop':
            case 'rearm': {
                const changed = changedStrings(battery, (runaway) => runaway[order](by, stringOf(payload)));
                if (changed.length === 0) return { done: false, text: say(`${order}None`) };
                return { done: true, text: say(order, { strings: strings(changed) }) };
            }
            case 'reset': {
                if (payload === 'runaway') {
                    const changed = changedStrings(battery, (runaway) => runaway.reset(by));
                    if (changed.length === 0) return { done: false, text: say('runawayNone') };
                    return { done: true, text: say('runaway', { strings: strings(changed) }) };
                }
                if (payload !== 'discharges') throw refused('reset', { value: shown(payload) });
                const count = battery.discharges;
                battery.act(({ counter }) => counter.reset(by, battery.clock.now()));
                return { done: true, text: say('discharges', { count }) };
            }
            case 'baseline':
                return setBaseline(battery, payload, say);
        }
    })();
    if (outcome.done) noteOrder({ battery, site, nodeId }, outcome.text, { order, by });
    return { ...outcome, by };
}

/** Writes in the event log what was done to a battery. */
export function noteOrder({ battery, site, nodeId }: OrderedBattery, text: string, detail: object): void {
    const at = battery.clock.now();
    site?.store.append({ at, kind: 'system', level: 'info', source: battery.name, text, nodeId, detail });
}

function setBaseline(
    battery: BatterySource,
    payload: unknown,
    say: (key: string, data?: Readonly<Record<string, string>>) => string,
): { done: boolean; text: string } {
    const chosen = blockList(payload);
    if (!chosen) throw refused('modules', { value: shown(payload) });
    const all = Array.from({ length: battery.view().layout?.modules ?? 0 }, (_, i) => i + 1);
    const wanted = chosen.size > 0 ? [...chosen].sort((a, b) => a - b) : all;
    const missing = new Set(battery.setBaseline(chosen.size > 0 ? wanted : undefined));
    const set = wanted.filter((module) => !missing.has(module));
    if (set.length === 0) return { done: false, text: say('baselineNone') };
    const list = rangesText(set);
    const left = rangesText(wanted.filter((module) => missing.has(module)));
    return { done: true, text: left ? say('baselineBut', { list, left }) : say('baseline', { list }) };
}

/** A button sends the time: that is no string, and means all. */
function stringOf(payload: unknown): number | undefined {
    const number = typeof payload === 'number' ? payload : typeof payload === 'string' ? Number(payload || NaN) : NaN;
    return Number.isInteger(number) && number >= 1 && number <= MOST_STRINGS ? number : undefined;
}
