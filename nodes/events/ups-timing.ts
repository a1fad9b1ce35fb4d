import type { Node, NodeAPI, NodeDef } from 'node-red';
import { outageOf, RUNTIME_CHOICES, type RuntimeChoice } from '../../lib/core/events/source';
import { TIMING_MODES, type TimingConfig, type TimingMode } from '../../lib/core/timing/episode-timing';
import { UpsError } from '../../lib/core/errors';
import { settingChoice } from '../../lib/protocols/shared/setting-number';
import { readEventMessage } from '../../lib/flow/messages/coerce';
import { onInput } from '../shared/event-input';
import { flowOf } from '../shared/flow-of';
import { clockFace, StatusLamp, type Look } from '../shared/node-status';
import { numberOr } from '../shared/numbers';
import { whenStarted } from '../shared/started';
import { errorText, eventText, statusText } from '../shared/texts';
import { TimedEpisodes } from '../../lib/flow/timing/timed-episodes';
import type { TimedView } from '../../lib/flow/timing/timed-view';
import { sourcesBefore } from '../shared/wiring';

interface UpsTimingConfig extends NodeDef {
    mode: TimingMode;
    seconds: string | number;
    repeat: string | number;
    runtime: RuntimeChoice;
}

const DEFAULT_SECONDS = 300;

export = (RED: NodeAPI) => {
    function UpsTiming(this: Node, config: UpsTimingConfig) {
        RED.nodes.createNode(this, config);
        const lamp = new StatusLamp(this);
        let timing: TimingConfig;
        try {
            timing = read(config);
        } catch (error) {
            lamp.show('error', statusText(RED, 'notConfigured'));
            this.error(errorText(RED, error));
            return;
        }
        let without: string[] = [];
        const show = () => {
            if (without.length > 0) lamp.show('error', statusText(RED, 'noUps'));
            else lamp.show(...look(RED, episodes?.views() ?? []));
        };
        const episodes = new TimedEpisodes(flowOf(RED), this, timing, show, ({ id }) => eventText(RED, id, false));
        let closed = false;
        whenStarted(RED, this, () => {
            episodes.resume();
            // When all sources of the deploy have begun: a marker then knows its inputs.
            queueMicrotask(() => {
                if (closed) return;
                without = sourcesWithoutUps(RED, this, timing);
                if (without.length > 0) this.error(errorText(RED, refusal(timing, without)));
                show();
            });
        });
        this.on(
            'close',
            flowOf(RED).registry.onTakenOver(() => episodes.resume()),
        );
        onInput(RED, this, (incoming) => {
            const message = readEventMessage(incoming, flowOf(RED).clock.now());
            if (flowOf(RED).registry.isWatching(flowOf(RED).registry.journalOf(message))) return;
            if (message.event.active) episodes.on(message);
            else episodes.off(message);
        });
        this.on('close', (done: () => void) => {
            closed = true;
            episodes.destroy();
            done();
        });
    }
    RED.nodes.registerType('ups-timing', UpsTiming as never);
};

/** Names of the sources wired to a timing that waits for a battery which they do not have. */
function sourcesWithoutUps(RED: NodeAPI, node: Node, { mode }: TimingConfig): string[] {
    if (mode !== 'remaining' && mode !== 'on-battery') return [];
    const sources = sourcesBefore(RED, node).flatMap((id) => flowOf(RED).registry.source(id) ?? []);
    return sources.filter((source) => outageOf(source) === undefined).map(({ name }) => name);
}

function refusal({ mode }: TimingConfig, names: readonly string[]): UpsError {
    const expected = `events with a UPS behind them, which these have not: ${names.join(', ')}`;
    return new UpsError('config-invalid', { property: 'mode', value: mode, expected });
}

/** @throws UpsError config-invalid */
function read(config: UpsTimingConfig): TimingConfig {
    // Never at once unless that was chosen: a shutdown that was to wait would come too early.
    const mode = settingChoice('mode', config.mode, TIMING_MODES, 'after') as TimingMode;
    const atOnce = mode === 'immediately';
    // A repeat of nothing, or of next to nothing, would fire without end.
    const shortest = mode === 'repeat' ? 1 : 0;
    const repeat = numberOr('repeat', config.repeat, 0);
    return {
        mode,
        seconds: atOnce ? 0 : numberOr('seconds', config.seconds, DEFAULT_SECONDS, shortest),
        repeatSeconds: repeat > 0 ? Math.max(1, repeat) : 0,
        runtime: settingChoice('runtime', config.runtime, RUNTIME_CHOICES, 'smaller') as RuntimeChoice,
    };
}

/** The most urgent episode: due soonest first. */
function look(RED: NodeAPI, views: TimedView[]): [Look, string] {
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
