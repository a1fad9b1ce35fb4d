import type { Node, NodeAPI } from 'node-red';
import { asUpsError, UpsError } from '../../lib/core/errors';
import type { Words } from '../../lib/core/language/words';
import { alarmRow } from '../../lib/protocols/snmp/notify/alarm-rows';
import {
    notificationsOf,
    ON_BATTERY_EVERY_MS,
    repeats,
    testNotification,
    type Notification,
    type NotifyContext,
} from '../../lib/protocols/snmp/notify/notification';
import type { NotifyEngine } from '../../lib/protocols/snmp/notify/sender';
import { TrapPace } from '../../lib/protocols/snmp/notify/trap-pace';
import { flowOf } from '../shared/runtime/flow-of';
import { defineJob } from '../shared/job/define-job';
import { JobFailure, type JobContext, type JobOutcome } from '../shared/job/job';
import { snmpSender } from '../shared/device/protocols';
import { engineOf, bootCountStorage, type BootCountStorage } from '../shared/trap/snmp-engine';
import { whenFlowsStarted } from '../shared/runtime/flow-start';
import { errorText, statusText } from '../shared/words/texts';
import { registerTry } from '../shared/admin/try-now';
import { tryTrap } from '../shared/trap/try-trap';
import { KnownNames, trapSettings, type TrapSettings } from '../shared/trap/trap-settings';
import { upTime } from '../shared/runtime/boot-time';
import { wait } from '../../lib/core/abortable-wait';
import { settings as declaration } from './ups-trap.settings';

/** The outcome of one receiver; saved as progress, so that after an interruption no receiver gets a notification twice. */
interface Outcome {
    host: string;
    ok: boolean;
    error?: string;
}
interface Progress {
    outcomes?: Outcome[];
    /** For unfinished receivers: how many notifications were sent, and their outcome so far. */
    begun?: Record<string, { sent: number; outcome: Outcome }>;
    /** When upsTrapOnBattery was sent last, epoch ms, and how often. */
    repeatedAt?: number;
    times?: number;
}

export = (RED: NodeAPI) => {
    defineJob(RED, declaration, ({ node, settings: declared }) => {
        // Loaded now, and not only when the mains fail.
        snmpSender();
        const names = new KnownNames();
        const settings = trapSettings(declared, names);
        const sender = new Sender(RED, node);
        names.learn();
        // Counted now, so that the count is on the disk long before the first trap.
        whenFlowsStarted(RED, node, () => sender.countStart(settings));
        return {
            follows: true,
            describe: ({ message: { event }, words }) => {
                const hosts = settings.receivers.map(({ name }) => name).join(', ');
                return words.say('ups-trap.said.plan', { hosts, text: event.text });
            },
            run: (context) => sender.run(settings, context),
        };
    });
    registerTry(RED, declaration.type, (request) => tryTrap(RED, request));
};

class Sender {
    /** Episodes of power failures that are repeated every minute. */
    private readonly lasting = new Map<string, AbortController>();
    private readonly pace = new TrapPace();

    private toldKeeping: BootCountStorage = 'kept';

    constructor(
        private readonly RED: NodeAPI,
        private readonly node: Node,
    ) {}

    /** @throws UpsError config-invalid */
    countStart(settings: TrapSettings): NotifyEngine {
        const engine = engineOf(this.RED, settings);
        const keeping = settings.stamped ? bootCountStorage(this.RED) : 'kept';
        if (keeping !== this.toldKeeping && keeping !== 'kept') {
            this.node.warn(statusText(this.RED, keeping === 'no-site' ? 'bootsWithoutSite' : 'bootsInMemory'));
        }
        this.toldKeeping = keeping;
        return engine;
    }

    async run(settings: TrapSettings, context: JobContext): Promise<JobOutcome> {
        const { event } = context.message;
        if (!event.active) this.lasting.get(event.episode)?.abort();
        const notifications = this.notificationsFor(settings, context);
        if (notifications.length === 0) {
            return { summary: context.words.say('ups-trap.said.none', { text: event.text }) };
        }
        if (repeats(event) && event.episode) return this.repeat(settings, context);
        const outcomes = await this.tell(settings, notifications, context, asProgress(context.progress));
        return finished(summaryOf(settings, event.text, context.words), outcomes);
    }

    private notificationsFor(settings: TrapSettings, context: JobContext): Notification[] {
        const { event } = context.message;
        const isTest = event.episode === '' && event.id === 'test';
        const about = this.about(settings, context, isTest ? 0 : alarmRow(context.site?.store, this.node.id, event));
        return isTest ? [testNotification(event.text, about)] : notificationsOf(event, about);
    }

    private about(settings: TrapSettings, context: JobContext, row: number): NotifyContext {
        const { alarmRoot, lowBattMinutes, unknownMinutes, everyAlarm } = settings;
        const { event, status } = context.message;
        const live = flowOf(this.RED).registry.source(event.sourceId)?.status() ?? status;
        const now = context.clock.now();
        return { status: live, row, alarmRoot, lowBattMinutes, unknownMinutes, everyAlarm, now, upTime: upTime() };
    }

    /** Sends upsTrapOnBattery at once and then every minute, until the power failure is over. After an interruption the rhythm continues. */
    private async repeat(settings: TrapSettings, context: JobContext): Promise<JobOutcome> {
        const { clock, signal, saveProgress } = context;
        const { event } = context.message;
        const end = new AbortController();
        const stop = () => end.abort();
        signal.addEventListener('abort', stop);
        this.lasting.set(event.episode, end);
        let { repeatedAt, times = 0 } = asProgress(context.progress);
        const outcomes = new Map<string, Outcome>();
        /** Receivers whose answer is still missing; the others get the next notification all the same. */
        const busy = new Map<string, Promise<unknown>>();
        const tellOne = (receiver: TrapSettings['receivers'][number], due: Notification[]) =>
            this.tell({ ...settings, receivers: [receiver] }, due, { ...context, saveProgress: () => {} }, {})
                .then(([outcome]) => outcomes.set(receiver.name, outcome!))
                // It was interrupted, which the signal also shows.
                .catch(() => undefined)
                .finally(() => busy.delete(receiver.name));
        try {
            for (;;) {
                const pause = repeatedAt === undefined ? 0 : repeatedAt + ON_BATTERY_EVERY_MS - clock.now();
                await wait(clock, Math.min(pause, ON_BATTERY_EVERY_MS), end.signal);
                // A new occurrence has its own repetition.
                if (['over', 'renewed'].includes(flowOf(this.RED).registry.episodeStateOf(event) ?? '')) break;
                repeatedAt = clock.now();
                saveProgress({ repeatedAt, times: ++times });
                const all = this.notificationsFor(settings, context);
                const due = times === 1 ? all : all.filter(({ trap }) => trap === 1);
                for (const receiver of settings.receivers) {
                    if (!busy.has(receiver.name)) busy.set(receiver.name, tellOne(receiver, due));
                }
                context.status(statusText(this.RED, 'repeated', { count: times }));
            }
        } catch (error) {
            // Interrupted by the end of the event, which is the normal end.
            if (signal.aborted || asUpsError(error, 'command-failed').code !== 'interrupted') throw error;
        } finally {
            signal.removeEventListener('abort', stop);
            if (this.lasting.get(event.episode) === end) this.lasting.delete(event.episode);
        }
        await Promise.all(busy.values());
        if (signal.aborted) throw new UpsError('interrupted');
        const summary = summaryOf(settings, event.text, context.words);
        const told = context.words.say('ups-trap.said.times', { summary, count: times });
        return finished(told, [...outcomes.values()]);
    }

    /** Sends to all receivers in parallel: one that does not answer delays no other. */
    private async tell(
        settings: TrapSettings,
        notifications: Notification[],
        { clock, signal, saveProgress, words }: JobContext,
        before: Progress,
    ): Promise<Outcome[]> {
        const done = new Map((before.outcomes ?? []).map((outcome) => [outcome.host, outcome]));
        const begun = { ...before.begun };
        const save = () => saveProgress({ outcomes: [...done.values()], begun });
        const engine = this.countStart(settings);
        return Promise.all(
            settings.receivers.map(async ({ name, to }) => {
                const had = done.get(name);
                if (had) return had;
                const { sent, outcome } = begun[name] ?? { sent: 0, outcome: { host: name, ok: true } };
                for (const [index, notification] of notifications.entries()) {
                    if (index < sent) continue;
                    try {
                        await this.pace.turn(name, notification, clock, signal);
                        await snmpSender().notify(to, notification, engine, upTime(), clock, signal);
                    } catch (error) {
                        const failure = asUpsError(error, 'host-unreachable', { host: name });
                        if (failure.code === 'interrupted') throw failure;
                        Object.assign(outcome, { ok: false, error: errorText(words, failure) });
                    }
                    begun[name] = { sent: index + 1, outcome };
                    save();
                }
                delete begun[name];
                done.set(name, outcome);
                save();
                return outcome;
            }),
        );
    }
}

function summaryOf({ receivers }: TrapSettings, text: string, words: Words): string {
    const [{ to }] = receivers as [TrapSettings['receivers'][number]];
    const hosts = receivers.map(({ name }) => name).join(', ');
    return words.say(`ups-trap.said.${to.inform ? 'inform' : 'trap'}`, { version: to.version, text, hosts });
}

function finished(summary: string, outcomes: Outcome[]): JobOutcome {
    const outcome: JobOutcome = { summary, detail: outcomes };
    const failed = outcomes.filter(({ ok }) => !ok);
    if (failed.length === 0) return outcome;
    const first = `${failed[0]!.host} (${failed[0]!.error})`;
    throw new JobFailure(
        new UpsError('hosts-failed', { failed: failed.length, total: outcomes.length, first }),
        outcome,
    );
}

function asProgress(progress: unknown): Progress {
    return typeof progress === 'object' && progress !== null ? (progress as Progress) : {};
}
