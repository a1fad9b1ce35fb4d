import type { Node, NodeAPI } from 'node-red';
import { whyAborted } from '../../lib/core/commands/keep-trying';
import { UpsError } from '../../lib/core/errors';
import { said, type Sentence } from '../../lib/core/language/sentence';
import { momentNow, msSince, type Moment } from '../../lib/core/moment';
import type { SettingsOf } from '../../lib/core/settings';
import { batteryOf } from '../shared/config/battery-of';
import { equalizingOf } from '../shared/config/equalizing-of';
import { commandReport } from '../shared/config/unit-of';
import { defineJob } from '../shared/job/define-job';
import type { JobContext, JobOutcome } from '../shared/job/job';
import { equalizingControl, type CheckedControl } from '../shared/job/equalizing-control';
import { whenFlowsStarted } from '../shared/runtime/flow-start';
import { checkSettings } from '../shared/settings/check-settings';
import { errorText } from '../shared/words/texts';
import { settings } from './ups-equalizing.settings';

type Own = SettingsOf<typeof settings>;

const HOUR_MS = 3_600_000;

export = (RED: NodeAPI) => {
    defineJob(RED, settings, ({ node, settings: own }) => {
        const job = new Equalizing(RED, node, own);
        checkSettings(RED, node, () => job.attach());
        return {
            describe: (context) => job.describe(context),
            run: (context) => (isMoment(context.progress) ? job.goOn(context, context.progress) : job.run(context)),
            // Its event is over, and the pause lasts: it goes by its own hours. What was not asked for yet is not asked for any more.
            abandon: (context) =>
                isMoment(context.progress)
                    ? job.goOn(context, context.progress)
                    : Promise.reject(new UpsError('event-over', { done: 0, total: 1 })),
            close: (removed) => job.close(removed),
        };
    });
};

/** Pauses or resumes the equalizing of one battery for one node. */
class Equalizing {
    private readonly control: CheckedControl;
    private detach: (() => void) | undefined;

    constructor(
        private readonly RED: NodeAPI,
        private readonly node: Node,
        private readonly own: Own,
    ) {
        this.control = equalizingControl(RED, node, own);
    }

    /** @throws UpsError config-missing */
    attach(): void {
        const { RED, node } = this;
        const failed = (error: UpsError) => node.error(errorText(RED, error));
        const ways = this.ways();
        this.detach = ways.add(node.id, { control: this.control, failed });
        whenFlowsStarted(RED, node, () => ways.open());
    }

    /** @throws UpsError config-missing */
    describe({ words }: JobContext): string {
        this.control.check();
        return words.sentence(this.what());
    }

    async run(context: JobContext): Promise<JobOutcome> {
        const { node, own } = this;
        this.control.check();
        const ways = this.ways();
        const was = ways.open()?.view().phase;
        const by = node.name || node.type;
        context.saveProgress(momentNow(this.clock));
        const asked = own.action === 'pause' ? ways.pause(node.id, own.hours, by) : ways.resume(node.id, by);
        await untilAborted(asked, context.signal);
        return this.outcome(context, own.action === 'resume' && was === 'off');
    }

    /** A restart or a deploy came between: the battery has kept the pause, and only its confirmation is waited for. */
    async goOn(context: JobContext, began: Moment): Promise<JobOutcome> {
        const { node, own, clock } = this;
        const ways = this.ways();
        const pause = ways.open();
        if (!pause || !ways.isOwner(node.id)) throw new UpsError('superseded', { done: 0, total: 1 });
        const { phase, error } = pause.view();
        const wanted = own.action === 'pause' ? 'asked' : 'resuming';
        if (phase === wanted) await untilAborted(pause.join(), context.signal);
        else if (own.action === 'pause' && phase !== 'counting') {
            const passed = msSince(clock, began) * clock.speed;
            const { name: battery } = batteryOf(this.RED, own.battery).battery;
            if (passed < own.hours * HOUR_MS) throw error ?? new UpsError('equalizing-stays', { battery, state: 'on' });
        }
        return this.outcome(context, false);
    }

    close(removed: boolean): Promise<void> {
        const { node } = this;
        const ways = removed ? this.known() : undefined;
        // Nobody would end what it began.
        if (ways?.isOwner(node.id) && !ways.hasOther(node.id))
            ways.resume(node.id, node.name || node.type).catch(() => undefined);
        this.detach?.();
        return Promise.resolve();
    }

    private get clock() {
        return batteryOf(this.RED, this.own.battery).batteryClock;
    }

    private ways() {
        return equalizingOf(this.RED, this.own.battery);
    }

    private known() {
        try {
            return this.ways();
        } catch {
            return undefined;
        }
    }

    private what(): Sentence {
        const { action, hours, battery } = this.own;
        const data = { battery: batteryOf(this.RED, battery).battery.name, time: { seconds: hours * 3600 } };
        return { key: `ups-equalizing.said.${action}`, data };
    }

    private outcome({ words }: JobContext, nothing: boolean): JobOutcome {
        const { confirmation = 'open', remainingMs } = this.ways().open()?.view() ?? {};
        const came: Sentence = nothing
            ? { key: 'ups-equalizing.said.notPaused' }
            : confirmation === 'unseen'
              ? { key: 'ups-equalizing.said.unseen' }
              : said('result.confirmed');
        return {
            summary: commandReport(words, this.what(), came),
            detail: {
                action: this.own.action,
                confirmed: confirmation === 'confirmed' && !nothing,
                ...(this.own.action === 'pause' && remainingMs !== undefined && { remainingMs }),
            },
        };
    }
}

function isMoment(progress: unknown): progress is Moment {
    return typeof (progress as Moment | undefined)?.at === 'number';
}

/** @throws UpsError the reason of the abort, or what `work` throws */
function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
        const aborted = () => reject(whyAborted(signal));
        signal.addEventListener('abort', aborted, { once: true });
        if (signal.aborted) aborted();
        work.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted));
    });
}
