import type { Node, NodeAPI } from 'node-red';
import { outageOf } from '../../lib/core/events/source';
import type { SettingsOf } from '../../lib/core/settings';
import type { TimingConfig } from '../../lib/core/timing/episode-timing';
import { UpsError } from '../../lib/core/errors';
import { said } from '../../lib/core/language/sentence';
import { readEventMessage } from '../../lib/flow/messages/coerce';
import { defineNode } from '../shared/settings/define-node';
import { onInput } from '../shared/source/event-input';
import { flowOf, siteWords } from '../shared/runtime/flow-of';
import type { NodeState } from '../../lib/flow/ports';
import { clockFace, StatusIndicator } from '../shared/words/node-status';
import { whenFlowsStarted } from '../shared/runtime/flow-start';
import { errorText, eventText, statusText } from '../shared/words/texts';
import { TimedEpisodes } from '../../lib/flow/timing/timed-episodes';
import type { TimedView } from '../../lib/flow/timing/timed-view';
import { sourcesBefore } from '../shared/runtime/wiring';
import { settings } from './ups-timing.settings';

export = (RED: NodeAPI) => {
    defineNode(RED, settings, ({ node, settings: own }) => {
        const indicator = new StatusIndicator(node);
        const timing = timingOf(own);
        let without: string[] = [];
        const show = () => {
            if (without.length > 0) indicator.show('error', statusText(RED, 'noUps'));
            else indicator.show(...nodeStatus(RED, episodes?.views() ?? []));
        };
        const episodes = new TimedEpisodes(flowOf(RED), node, timing, show, (event) =>
            eventText(siteWords(RED, undefined, { event }), event.id, false),
        );
        let closed = false;
        whenFlowsStarted(RED, node, () => {
            episodes.resume();
            // Runs when all sources of the deploy have begun: a marker then knows its inputs.
            queueMicrotask(() => {
                if (closed) return;
                without = sourcesWithoutUps(RED, node, timing);
                if (without.length > 0) node.error(errorText(RED, refusal(timing, without)));
                show();
            });
        });
        node.on(
            'close',
            flowOf(RED).registry.onTakenOver(() => episodes.resume()),
        );
        onInput(RED, node, (incoming) => {
            const message = readEventMessage(incoming, flowOf(RED).clock.now());
            if (flowOf(RED).registry.isWatching(flowOf(RED).registry.journalOf(message))) return;
            if (message.event.active) episodes.on(message);
            else episodes.off(message);
        });
        node.on('close', (done: () => void) => {
            closed = true;
            episodes.destroy();
            done();
        });
    });
};

/** Names of the wired sources without a battery, if the timing waits for one. */
function sourcesWithoutUps(RED: NodeAPI, node: Node, { mode }: TimingConfig): string[] {
    if (mode !== 'remaining' && mode !== 'on-battery') return [];
    const sources = sourcesBefore(RED, node).flatMap((id) => flowOf(RED).registry.source(id) ?? []);
    return sources.filter((source) => outageOf(source) === undefined).map(({ name }) => name);
}

function refusal({ mode }: TimingConfig, names: readonly string[]): UpsError {
    const expected = said('expected.eventsWithUps', { sources: names.join(', ') });
    return new UpsError('config-invalid', { property: 'mode', value: mode, expected });
}

function timingOf({ mode, seconds, repeat, runtime }: SettingsOf<typeof settings>): TimingConfig {
    // With an interval near 0 it would fire without end.
    return { mode, seconds, repeatSeconds: repeat > 0 ? Math.max(1, repeat) : 0, runtime };
}

/** The status of the most urgent episode: the one that is due first. */
function nodeStatus(RED: NodeAPI, views: TimedView[]): [NodeState, string] {
    if (views.length === 0) return ['ok', statusText(RED, 'idle')];
    const fired = views.reduce((sum, view) => sum + view.fired, 0);
    const suffix = fired > 0 ? ` ×${fired}` : '';
    const times = views.flatMap(({ waiting, speed }) =>
        waiting !== 'due' && waiting.for === 'time' ? [waiting.ms / speed] : [],
    );
    if (times.length > 0) {
        const at = new Date(flowOf(RED).clock.now() + Math.min(...times)).toTimeString().slice(0, 8);
        return ['armed', `${statusText(RED, 'dueAt', { time: at })}${suffix}`];
    }
    const { waiting } = views[0];
    if (waiting === 'due') return ['busy', statusText(RED, 'due')];
    switch (waiting.for) {
        case 'runtime': {
            const left = clockFace(Math.round(waiting.remainingSeconds / 60) * 60);
            return ['armed', statusText(RED, 'runtimeLeft', { time: left })];
        }
        case 'unknown-runtime':
            return ['warning', statusText(RED, 'runtimeUnknown')];
        case 'no-ups':
            return ['warning', statusText(RED, 'noUps')];
        case 'battery':
            return ['armed', statusText(RED, 'notOnBattery')];
        case 'confirmation':
            return ['connecting', statusText(RED, 'unconfirmed')];
        default:
            return ['busy', `${statusText(RED, 'fired')}${suffix}`];
    }
}
