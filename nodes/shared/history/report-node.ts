import type { Node, NodeAPI } from 'node-red';
import { deliveryKey } from '../../../lib/core/journal/journal';
import type { EventInfo, EventMessage } from '../../../lib/core/messages';
import { Postponed, type PostponedItem } from '../../../lib/flow/history/postponed';
import type { ReportTrigger } from '../../../lib/flow/history/report-trigger';
import { resultSender } from '../../../lib/flow/jobs/result-sender';
import type { IncomingMessage } from '../../../lib/flow/messages/coerce';
import { flowOf } from '../runtime/flow-of';
import { whenFlowsStarted } from '../runtime/flow-start';
import { StatusIndicator } from '../words/node-status';
import { asSentence, errorText, statusText } from '../words/texts';

export interface ReportWork {
    /** What a message asks for. */
    trigger(message: IncomingMessage): ReportTrigger;
    /** A report of what is over is made so long after its end, ms: it is kept over a restart until then. */
    waitMs: number;
    /** The messages with the report. @throws UpsError */
    make(message: IncomingMessage, event?: EventInfo): Promise<object[]>;
}

/** A report that is made some time after the end of its event. */
interface Later extends PostponedItem {
    message: EventMessage;
}

/** Runs a node that makes reports: at once, or some time after an event is over, also if Node-RED was restarted meanwhile. */
export function runReports(RED: NodeAPI, node: Node, { trigger, waitMs, make }: ReportWork): void {
    const flow = flowOf(RED);
    const indicator = new StatusIndicator(node);
    const time = (at: number) => new Date(at).toTimeString().slice(0, 8);
    const now = () => time(flow.clock.now());
    const done = () => indicator.show('ok', `${statusText(RED, 'done')} ${now()}`);
    const failed = () => indicator.show('error', `${statusText(RED, 'failed')} ${now()}`);
    const begin = (message: IncomingMessage, event?: EventInfo) => {
        indicator.show('busy', statusText(RED, 'running'));
        return make(message, event);
    };
    const postponed = new Postponed<Later>(flow, node.id, async ({ message }) => {
        try {
            for (const each of await begin(message as IncomingMessage, message.event)) node.send(each as never);
            done();
        } catch (error) {
            failed();
            node.error(asSentence(errorText(RED, error)), message as never);
        }
    });
    const showNext = () => {
        const at = postponed.nextAt();
        if (at !== undefined) indicator.show('armed', statusText(RED, 'dueAt', { time: time(at).slice(0, 5) }));
    };
    const take = async (message: IncomingMessage): Promise<{ result?: object[]; error?: Error }> => {
        const asked = trigger(message);
        if (asked.ask === 'nothing') return {};
        try {
            if (asked.ask === 'now') {
                const result = await begin(message);
                done();
                return { result };
            }
            const { event } = asked;
            const kept = { topic: message.topic, payload: event.active, event } as EventMessage;
            const journal = flow.registry.journalOf(kept);
            if (flow.registry.isWatching(journal)) return {};
            postponed.add({ key: deliveryKey(kept), dueAt: event.at + waitMs, message: kept }, journal);
            showNext();
            return {};
        } catch (error) {
            failed();
            return { error: asSentence(errorText(RED, error)) };
        }
    };
    const settle = resultSender((error) => node.warn(error.message));
    node.on('input', (message, send, finish) => {
        const sendAll = (messages: object[]) => {
            for (const each of messages) send(each as never);
        };
        settle(take(message as IncomingMessage), sendAll, (error) => finish(error));
    });
    whenFlowsStarted(RED, node, () => {
        postponed.resume();
        showNext();
    });
    node.on('close', (removed: boolean, finish: () => void) => {
        postponed.destroy(removed);
        finish();
    });
}
