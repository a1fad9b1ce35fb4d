import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import type { UpsUnit } from '../../lib/core/unit/ups-unit';
import { checkNesting, type PlannedShutdown } from '../../lib/core/unit/shutdown-nesting';
import { JobFailure, attachJob, type JobConfig, type JobOutcome } from '../shared/job';
import { optionalNumber } from '../shared/numbers';
import { firstReading, resultText, unitOf } from '../shared/unit-of';

interface UpsShutdownConfig extends JobConfig {
    ups: string;
    action: 'shutdown' | 'abort';
    seconds: string | number;
    /** After the mains are back; empty = the device decides. */
    restoreSeconds: string | number;
    scope: 'output' | 'system';
}

interface Sent extends PlannedShutdown {
    /** Of the event that caused it; empty for a button. */
    episode: string;
}

/** What was sent to a unit by any of its shutdown jobs and has not been aborted. */
const sent = new WeakMap<UpsUnit, Sent[]>();

/** Those of the same outage; of buttons, those that are still counted down. An earlier outage has no say. */
function sentWith(unit: UpsUnit, episode: string): Sent[] {
    const now = unit.clock.now();
    return (sent.get(unit) ?? []).filter(
        (other) => other.episode === episode && (episode !== '' || now < other.sentAt + other.seconds * 1000),
    );
}

export = (RED: NodeAPI) => {
    function UpsShutdown(this: Node, config: UpsShutdownConfig) {
        RED.nodes.createNode(this, config);
        const scope: PlannedShutdown['scope'] = config.scope === 'system' ? 'system' : 'output';
        const times = () => {
            const seconds = optionalNumber('seconds', config.seconds, 0);
            // Not 0: at once would be before the servers are down.
            if (seconds === undefined) throw new UpsError('config-missing', { property: 'seconds' });
            return { seconds, restoreSeconds: optionalNumber('restoreSeconds', config.restoreSeconds, 0) };
        };
        const what = ({ name }: UpsUnit) => {
            if (config.action === 'abort') return `${name}: abort the shutdown`;
            const { seconds, restoreSeconds } = times();
            const back = restoreSeconds === undefined ? '' : `, back ${restoreSeconds} s after the mains`;
            return `${name}: ${scope} off in ${seconds} s${back}`;
        };
        attachJob(RED, this, config, {
            type: 'ups-shutdown',
            describe: () => what(unitOf(RED, config.ups).unit),
            run: async ({ message, progress, saveProgress, signal }): Promise<JobOutcome> => {
                const { unit } = unitOf(RED, config.ups);
                if (config.action === 'abort') {
                    const result = await unit.execute({ type: 'abort-shutdown' });
                    sent.delete(unit);
                    return { summary: `${what(unit)}: ${resultText(result)}`, detail: result };
                }
                if (progress) {
                    await firstReading(unit, signal);
                    if (isPending(unit)) {
                        const summary = `${what(unit)}: sent before the interruption, confirmed`;
                        return { summary, detail: { confirmed: true } };
                    }
                    const reason = 'sent before the interruption, not confirmed';
                    throw new JobFailure(new UpsError('command-failed', { command: 'shutdown', reason }), {
                        summary: `${what(unit)}: ${reason}`,
                        detail: { confirmed: false },
                    });
                }
                const { seconds, restoreSeconds } = times();
                const command = {
                    type: 'shutdown' as const,
                    seconds,
                    scope,
                    ...(restoreSeconds === undefined ? {} : { restoreSeconds }),
                };
                if (!unit.supports(command)) {
                    const known = unit.status() !== undefined;
                    throw known
                        ? new UpsError('not-supported', { device: unit.name, command: 'shutdown' })
                        : new UpsError('no-device', { ups: unit.name });
                }
                const now = unit.clock.now();
                const episode = message.event.episode ?? '';
                const others = sentWith(unit, episode);
                const planned: Sent = { episode, sentAt: now, seconds, restoreSeconds, scope };
                checkNesting(planned, others);
                // Before it goes out: a kill in between must not send it again when the mains may be back.
                saveProgress({ sentAt: now });
                const result = await unit.execute(command);
                sent.set(unit, [...others.filter((other) => other.scope !== scope), planned]);
                return { summary: `${what(unit)}: ${resultText(result)}`, detail: result };
            },
        });
    }
    RED.nodes.registerType('ups-shutdown', UpsShutdown as never);
};

/** Whether the device shows a shutdown that is under way or done. */
function isPending(unit: UpsUnit): boolean {
    const status = unit.status();
    const left = status?.settings?.upsShutdownAfterDelay;
    return (
        (typeof left === 'number' && left >= 0) ||
        status?.output.source === 'none' ||
        (status?.alarms ?? []).some((alarm) => alarm === 'shutdown-pending' || alarm === 'shutdown-imminent')
    );
}
