import type { Node, NodeAPI, NodeDef } from 'node-red';
import type { RuntimeChoice } from '../../lib/core/events/source';
import { TIMING_MODES, type TimingConfig, type TimingMode } from '../../lib/core/timing/episode-timing';
import { UpsError } from '../../lib/core/errors';
import { announceTimings } from '../shared/admin';
import { readEventMessage } from '../shared/coerce';
import { onInput } from '../shared/event-input';
import { hub, systemClock } from '../shared/hub';
import { clockFace, StatusLamp, type Look } from '../shared/node-status';
import { numberOr, optionalNumber } from '../shared/numbers';
import { whenStarted } from '../shared/started';
import { errorText, eventText, statusText } from '../shared/texts';
import { TimedEpisodes, type TimedView } from '../shared/timed-episodes';

interface UpsTimingConfig extends NodeDef {
    mode: TimingMode;
    seconds: string | number;
    repeat: string | number;
    runtime: RuntimeChoice;
}

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
        const episodes = new TimedEpisodes(
            this,
            timing,
            () => lamp.show(...look(RED, episodes?.views() ?? [])),
            ({ id }) => eventText(RED, id, false),
        );
        announceTimings(this, () => episodes.views());
        whenStarted(RED, this, () => episodes.resume());
        this.on(
            'close',
            hub.onTakenOver(() => episodes.resume()),
        );
        onInput(RED, this, (incoming) => {
            const message = readEventMessage(incoming, systemClock.now());
            if (hub.isWatching(hub.journalOf(message))) return;
            if (message.event.active) episodes.on(message);
            else episodes.off(message);
        });
        this.on('close', (done: () => void) => {
            episodes.destroy();
            done();
        });
    }
    RED.nodes.registerType('ups-timing', UpsTiming as never);
};

/** @throws UpsError config-invalid */
function read(config: UpsTimingConfig): TimingConfig {
    const mode = config.mode ?? 'immediately';
    if (!TIMING_MODES.includes(mode)) {
        throw new UpsError('config-invalid', { property: 'mode', value: mode, expected: TIMING_MODES.join(', ') });
    }
    // A repeat of nothing, or of next to nothing, would fire without end.
    const shortest = mode === 'repeat' ? 1 : 0;
    const repeat = numberOr('repeat', config.repeat, 0);
    const seconds = optionalNumber('seconds', config.seconds, shortest);
    // Not 0: a shutdown that was to wait would come at once.
    if (seconds === undefined && mode !== 'immediately') throw new UpsError('config-missing', { property: 'seconds' });
    return {
        mode,
        seconds: seconds ?? 0,
        repeatSeconds: repeat > 0 ? Math.max(1, repeat) : 0,
        runtime: config.runtime ?? 'smaller',
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
        const at = new Date(systemClock.now() + Math.min(...times)).toTimeString().slice(0, 8);
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
        case 'battery':
            return ['armed', statusText(RED, 'notOnBattery')];
        case 'confirmation':
            return ['connecting', statusText(RED, 'unconfirmed')];
        default:
            return ['busy', `${statusText(RED, 'fired')}${suffix}`];
    }
}
